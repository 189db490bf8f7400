import { assert, assertEquals } from "@std/assert";
import { DIRECT_WINDOW } from "../../../src/client/direct/direct_sender.ts";
import { encodeAck } from "../../../src/wire/direct_answer.ts";
import { holdsPublicKey, tryDecodeDirectFragment } from "../../../src/wire/direct_frame.ts";
import { CLIENT, DirectWorld, SERVER } from "../../support/direct_client_world.ts";
import type { SentPacket } from "../../support/fake_network.ts";
import { assertSameBytes, assertSameMessages } from "../../support/same_bytes.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

/** A part is about 223 kB with fragments of 1,194 bytes. */
const LONG = new SeededRandom(99).bytes(1_000_000);

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function isFragment({ datagram }: SentPacket): boolean {
  return !holdsPublicKey(datagram) && tryDecodeDirectFragment(datagram) !== undefined;
}

function payloadsOf(world: DirectWorld): Uint8Array[] {
  return world.peer.messages.map(({ payload }) => payload);
}

Deno.test("DirectClientCore.send() delivers a message and tells when it is acknowledged", () => {
  const world = DirectWorld.connected();
  const messageId = world.send("hello");
  assertEquals(world.delivered, []);
  world.run(0);
  assertEquals(world.delivered, [messageId]);
  assertEquals(payloadsOf(world), [bytesOf("hello")]);
  assertEquals(world.peer.messages[0]?.form, "hybrid");
  assertEquals(world.peer.messages[0]?.isSigned, false);
});

Deno.test("DirectClientCore sends its key once, and ahead of its first message", () => {
  const world = DirectWorld.connected();
  world.send("one");
  world.run(0);
  world.send("two");
  world.run(0);
  const kinds = world.sent.slice(1).map((packet) => isFragment(packet) ? "fragment" : "key");
  assertEquals(kinds, ["key", "fragment", "fragment"]);
});

Deno.test("DirectClientCore takes its key along again after a minute", () => {
  const world = DirectWorld.connected();
  world.run(59_980);
  world.send("one");
  world.run(0);
  assertEquals(world.peer.came.clientKeys, 1);
  world.run(20);
  world.send("two");
  world.run(0);
  assertEquals(world.peer.came.clientKeys, 2);
  assertEquals(world.delivered.length, 2);
});

Deno.test("DirectClientCore.send() delivers an empty message", () => {
  const world = DirectWorld.connected();
  world.send("");
  world.run(0);
  assertEquals(payloadsOf(world), [new Uint8Array()]);
  assertEquals(world.toldOf("progress"), [
    { type: "progress", messageId: 1, sentBytes: 0, totalBytes: 0 },
  ]);
});

Deno.test("DirectClientCore encrypts its Fernet key once for all messages", () => {
  const world = DirectWorld.connected();
  for (const text of ["one", "two", "three"]) world.send(text);
  world.run(0);
  assertEquals(world.delivered, [1, 2, 3]);
  assertEquals(world.asked.filter(({ type }) => type === "encrypt_blocks").length, 1);
  assertEquals(world.peer.parts.map(({ sequence }) => sequence), [1n, 2n, 3n]);
});

Deno.test("DirectClientCore sends a short message as a fragment, so that its ACK has an id", () => {
  const world = DirectWorld.connected();
  world.send("hello");
  const fragment = tryDecodeDirectFragment(world.sent.at(-1)?.datagram ?? new Uint8Array());
  assertEquals([fragment?.sequenceNumber, fragment?.total], [0, 1]);
});

Deno.test("DirectClientCore numbers its messages from anywhere on", () => {
  const idsOf = (seed: number) => {
    const world = DirectWorld.connected({ seed });
    world.send("one");
    world.send("two");
    world.run(0);
    return world.peer.parts.map(({ messageId = -1 }) => messageId);
  };
  const [first = -1, second = -1] = idsOf(1);
  assertEquals(second, first + 1);
  assert(first > 0xffff);
  assert(idsOf(2)[0] !== first);
});

Deno.test("DirectClientCore signs each message when it has a lasting key", () => {
  const world = DirectWorld.connected({ isSigning: true });
  world.send("one");
  world.send(LONG.subarray(0, 300_000));
  world.run(200);
  assertEquals(world.delivered, [1, 2]);
  assertEquals(world.peer.messages.map(({ isSigned }) => isSigned), [true, true]);
  assertEquals(world.asked.filter(({ type }) => type === "sign").length, 3);
});

Deno.test("DirectClientCore waits for signatures, and takes them in any order", () => {
  const world = DirectWorld.connected({ isSigning: true });
  world.holdsJobs = true;
  world.send("one");
  world.send("two");
  const [first, second] = world.jobs.splice(0);
  assert(first !== undefined && second !== undefined);
  world.doJob(second);
  world.holdsJobs = false;
  const [block] = world.jobs.splice(0);
  assert(block !== undefined);
  world.doJob(block);
  world.run(0);
  assertEquals(payloadsOf(world), [bytesOf("two")]);
  world.doJob(first);
  world.run(0);
  assertEquals(payloadsOf(world), [bytesOf("two"), bytesOf("one")]);
});

Deno.test("DirectClientCore cuts a long message into parts that are acknowledged one by one", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  world.run(2_000);
  assertEquals(world.delivered, [1]);
  assertSameMessages(payloadsOf(world), [LONG]);
  const { parts } = world.peer;
  assertEquals(parts.map(({ number, count }) => [number, count]), [
    [0, 5],
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 5],
  ]);
  assertEquals(new Set(parts.slice(0, -1).map(({ payloadBytes }) => payloadBytes)).size, 1);
  assertEquals(new Set(parts.map(({ messageId }) => messageId)).size, 5);
});

Deno.test("DirectClientCore has at most 4 wire messages under way", () => {
  const world = DirectWorld.connected();
  world.peer.refuses.acks = true;
  for (let count = 0; count < 6; count++) world.send(`message ${count}`);
  world.run(900);
  assertEquals(world.peer.messages.length, DIRECT_WINDOW);
  world.peer.refuses.acks = false;
  world.run(1_000);
  assertEquals(world.delivered.length, 6);
});

Deno.test("DirectClientCore begins the fifth part as soon as one of four is acknowledged", () => {
  const world = DirectWorld.connected();
  world.peer.refuses.acks = true;
  world.send(LONG);
  world.run(900);
  assertEquals(world.peer.parts.map(({ number }) => number), [0, 1, 2, 3]);
  const { messageId } = world.peer.parts[2] ?? {};
  world.peer.answer(encodeAck(messageId), CLIENT);
  world.run(80);
  assertEquals(world.peer.parts.map(({ number }) => number), [0, 1, 2, 3, 4]);
});

Deno.test("DirectClientCore keeps to its pace: 32 datagrams at once, then 4 a millisecond", () => {
  const world = DirectWorld.connected();
  world.run(1_000);
  const startMs = world.clock.now.monotonicMs;
  world.send(LONG);
  world.run(100);
  const sentBy = (ms: number) =>
    world.sent.filter(({ sentMs }) => sentMs >= startMs && sentMs <= startMs + ms).length;
  assertEquals(sentBy(0), 32);
  assertEquals(sentBy(1), 36);
  assertEquals(sentBy(50), 232);
});

Deno.test("DirectClientCore sends at most 32 datagrams at a time, however long it slept", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  world.run(0);
  const before = world.sent.length;
  world.clock.advance(5_000);
  world.run(0);
  assertEquals(world.sent.length - before, 32);
});

Deno.test("DirectClientCore tells progress that rises to the whole of the message", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  world.run(2_000);
  const sent = world.toldOf("progress").map(({ sentBytes }) => sentBytes);
  assertEquals(sent, sent.toSorted((a, b) => a - b));
  assertEquals(new Set(sent).size, sent.length);
  assertEquals(sent.at(-1), LONG.byteLength);
  assert(sent.length > 100, `told ${sent.length} times`);
});

Deno.test("DirectClientCore tells no progress back when it sends again", () => {
  const world = DirectWorld.connected({ seed: 3 });
  world.network.conditions = { loss: 0.2 };
  world.send(LONG);
  world.run(60_000);
  assertEquals(world.delivered, [1]);
  const sent = world.toldOf("progress").map(({ sentBytes }) => sentBytes);
  assertEquals(sent, sent.toSorted((a, b) => a - b));
  assertEquals(sent.at(-1), LONG.byteLength);
});

Deno.test("DirectClientCore.send() takes what fits its bounds", () => {
  const world = DirectWorld.connected({ maxMessageBytes: 1_000 });
  world.peer.refuses.acks = true;
  world.send(LONG.subarray(0, 1_000));
  world.send(LONG.subarray(0, 600));
  assert(world.core.hasRoomFor(400));
  assertEquals(world.core.hasRoomFor(401), false);
  assert(world.core.hasRoomFor(1_001), "it will be refused, and need not wait for that");
});

Deno.test("DirectClientCore.send() takes 256 messages at a time", () => {
  const world = DirectWorld.connected();
  world.peer.refuses.acks = true;
  for (let count = 0; count < 256; count++) world.send("x");
  assertEquals(world.core.hasRoomFor(1), false);
  world.peer.refuses.acks = false;
  world.run(1_500);
  assert(world.core.hasRoomFor(1));
  world.run(10_000);
  assertEquals(world.delivered.length, 256);
});

Deno.test("DirectClientCore goes on with messages behind a long one", () => {
  const world = DirectWorld.connected();
  world.send(LONG);
  world.send("short");
  world.run(2_000);
  assertEquals(world.delivered, [1, 2]);
  assertSameBytes(world.peer.messages[0]?.payload, LONG);
});

Deno.test("DirectClientCore sends nothing when it is idle or closed", () => {
  const world = DirectWorld.connected();
  world.send("hello");
  world.run(0);
  assertEquals(world.core.nextDeadlineMs(), undefined);
  const { length } = world.sent;
  world.run(100_000);
  assertEquals(world.sent.length, length);
  world.core.close();
  world.give(new Uint8Array(600), SERVER);
  assertEquals([world.core.state, world.core.nextDeadlineMs()], ["closed", undefined]);
});
