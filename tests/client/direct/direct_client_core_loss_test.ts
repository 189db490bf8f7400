import { assert, assertEquals } from "@std/assert";
import { holdsPublicKey, tryDecodeDirectFragment } from "../../../src/wire/direct_frame.ts";
import { CLIENT, DirectWorld, SERVER } from "../../support/direct_client_world.ts";
import type { Packet } from "../../support/fake_network.ts";
import { assertSameBytes, assertSameMessages } from "../../support/same_bytes.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

/** Nine fragments. */
const SOME = new SeededRandom(99).bytes(7_000);

/** Three parts. */
const LONG = new SeededRandom(98).bytes(500_000);

/** Number of a fragment of the client, from 1; `undefined` for anything else. */
function numberOf({ datagram, to }: Packet): number | undefined {
  if (to !== SERVER || holdsPublicKey(datagram) || datagram.byteLength === 1_000) return undefined;
  const fragment = tryDecodeDirectFragment(datagram);
  return fragment && fragment.sequenceNumber + 1;
}

/** Fragment numbers that the client sent since a moment, with their times after it. */
function sentSince(world: DirectWorld, sinceMs: number): [number, number][] {
  return world.sent.filter(({ sentMs }) => sentMs >= sinceMs)
    .flatMap((packet) => {
      const number = numberOf(packet);
      return number === undefined ? [] : [[packet.sentMs - sinceMs, number] as [number, number]];
    });
}

/** Loses the first so many datagrams that something says yes to. */
function losing(world: DirectWorld, count: number, isMeant: (packet: Packet) => boolean): void {
  let left = count;
  world.network.loses = (packet) => isMeant(packet) && left-- > 0;
}

for (const form of ["hybrid", "plain"] as const) {
  for (let seed = 1; seed <= 24; seed++) {
    const name = `DirectClientCore delivers each ${form} message once through a bad network`;
    Deno.test(`${name}, seed ${seed}`, () => {
      const jitter = new SeededRandom(seed);
      const random = () => jitter.below(1_000) / 1_000;
      // In 10 s the ACK of one message in 2,000 is lost each time.
      const world = new DirectWorld({ seed, form, random, timeoutMs: 30_000 });
      world.network.conditions = { loss: 0.15, duplication: 0.1, minDelayMs: 2, maxDelayMs: 90 };
      world.run(9_000);
      assertEquals(world.core.state, "connected");
      const messages = [SOME, form === "hybrid" ? LONG : LONG.subarray(0, 50_000)];
      for (let count = 0; count < 8; count++) messages.push(world.random.bytes(count * 100));
      for (const message of messages) world.send(message);
      world.run(120_000);
      assertEquals(
        world.delivered.toSorted((a, b) => a - b),
        messages.map((_, index) => index + 1),
      );
      const byLength = (a: Uint8Array, b: Uint8Array) => a.byteLength - b.byteLength;
      assertSameMessages(
        world.peer.messages.map(({ payload }) => payload).sort(byLength),
        messages.sort(byLength),
      );
    });
  }
}

Deno.test("DirectClientCore sends again the fragments that a NACK names, at once", () => {
  const world = DirectWorld.connected();
  losing(world, 2, (packet) => [2, 5].includes(numberOf(packet) ?? 0));
  const startMs = world.clock.now.monotonicMs;
  world.send(SOME);
  world.run(300);
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [0, number] as [number, number]);
  assertEquals(sentSince(world, startMs), [...numbers, [300, 2], [300, 5]]);
  assertEquals(world.delivered, [1]);
  assertSameBytes(world.peer.messages[0]?.payload, SOME);
});

Deno.test("DirectClientCore sends a fragment no sooner than 100 ms after it left", () => {
  const world = DirectWorld.connected();
  losing(world, 1, (packet) => numberOf(packet) === 3);
  const startMs = world.clock.now.monotonicMs;
  world.send(SOME);
  const nack = `${idOf(world)}: NACK 3`;
  world.run(99);
  world.giveSealed(nack);
  world.run(0);
  assertEquals(sentSince(world, startMs).length, 9);
  world.run(1);
  world.giveSealed(nack);
  world.giveSealed(nack);
  world.run(0);
  assertEquals(sentSince(world, startMs).slice(9), [[100, 3]]);
});

Deno.test("DirectClientCore passes over fragment numbers that a message does not have", () => {
  const world = DirectWorld.connected();
  world.peer.refuses.acks = true;
  world.send(SOME);
  world.run(200);
  const startMs = world.clock.now.monotonicMs;
  world.giveSealed(`${idOf(world)}: NACK 9,10,255`);
  world.run(0);
  assertEquals(sentSince(world, startMs), [[0, 9]]);
});

Deno.test("DirectClientCore begins to wait anew at a NACK", () => {
  const world = DirectWorld.connected();
  world.peer.refuses.acks = true;
  world.send(SOME);
  for (let count = 0; count < 5; count++) {
    world.run(900);
    world.giveSealed(`${idOf(world)}: NACK 1`);
  }
  world.run(999);
  assertEquals(world.peer.came.clientKeys, 1, "no time-out sent the key again");
  world.run(1);
  assertEquals(world.peer.came.clientKeys, 2);
});

Deno.test("DirectClientCore sends its key and the last fragment when no answer comes for 1 s", () => {
  const world = DirectWorld.connected();
  losing(world, 1, ({ to }) => to === CLIENT);
  const startMs = world.clock.now.monotonicMs;
  world.send(SOME);
  world.run(1_000);
  assertEquals(sentSince(world, startMs + 1), [[999, 9]]);
  assert(holdsPublicKey(world.sent.at(-2)?.datagram ?? new Uint8Array()));
  assertEquals(world.delivered, [1]);
  assertEquals(world.peer.messages.length, 1);
});

Deno.test("DirectClientCore gets over the loss of its key", () => {
  const world = new DirectWorld();
  losing(world, 1, ({ datagram, to }) => to === SERVER && holdsPublicKey(datagram));
  world.run(0);
  world.send("hello");
  world.run(999);
  assertEquals([world.delivered, world.peer.came.clientKeys], [[1], 0]);
  world.run(1_000);
  world.send("again");
  world.run(0);
  assertEquals([world.delivered, world.peer.came.clientKeys], [[1, 2], 1]);
});

Deno.test("DirectClientCore sends everything again when the last fragment brings no answer", () => {
  const world = DirectWorld.connected();
  losing(world, 2, ({ to }) => to === CLIENT);
  const startMs = world.clock.now.monotonicMs;
  world.send(SOME);
  world.run(3_000);
  const again = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => [2_000, number] as [number, number]);
  assertEquals(sentSince(world, startMs + 1_000), [[0, 9], ...again]);
  assertEquals(world.delivered, [1]);
  assertEquals(world.peer.came.clientKeys, 3);
});

Deno.test("DirectClientCore seals a message anew from the third time-out on", () => {
  const world = DirectWorld.connected({ isSigning: true, timeoutMs: 20_000 });
  world.peer.refuses.acks = true;
  world.send(SOME);
  world.run(15_000);
  const [first, second, third] = world.peer.parts;
  assert(first !== undefined && second !== undefined && third !== undefined);
  assertEquals([first.sequence, second.sequence, third.sequence], [1n, 1n, 1n]);
  assertEquals(new Set([first, second, third].map(({ messageId }) => messageId)).size, 3);
  const [firstAt = 0, secondAt = 0, thirdAt = 0] = [first, second, third]
    .map(({ tokenSeconds }) => tokenSeconds);
  assertEquals([secondAt - firstAt, thirdAt - secondAt], [5, 2]);
  assertEquals(world.peer.messages.length, 1);
  assertEquals(world.asked.filter(({ type }) => type === "sign").length, 1);
});

Deno.test("DirectClientCore takes an ACK of any id that a message had", () => {
  const world = DirectWorld.connected({ timeoutMs: 20_000 });
  world.peer.refuses.acks = true;
  world.send(SOME);
  const firstId = idOf(world);
  world.run(12_000);
  assert(idOf(world) !== firstId);
  world.giveSealed(`${firstId}: ACK`);
  assertEquals(world.delivered, [1]);
});

Deno.test("DirectClientCore finds a server that was started anew with its key", () => {
  const world = DirectWorld.connected();
  world.network.detach(SERVER);
  world.send(SOME);
  world.run(2_000);
  world.startPeer(world.peer.key);
  world.run(1_000);
  assertEquals(world.delivered, [1]);
  assertSameMessages(world.peer.messages.map(({ payload }) => payload), [SOME]);
});

Deno.test("DirectClientCore does not send the last part again while other parts arrive", () => {
  const world = DirectWorld.connected();
  const startMs = world.clock.now.monotonicMs;
  const part1 = (packet: Packet) => numberOf(packet) === 7;
  losing(world, 4, part1);
  world.send(LONG);
  world.run(1_400);
  assertEquals(world.delivered, [1]);
  const keysSent = world.sent.filter(({ sentMs, datagram }) =>
    sentMs > startMs && holdsPublicKey(datagram)
  );
  assertEquals(keysSent, [], "nothing timed out");
});

/** Id of the message that the client sent last. */
function idOf(world: DirectWorld): number | undefined {
  const last = world.sent.filter((packet) => numberOf(packet) !== undefined).at(-1);
  return last && tryDecodeDirectFragment(last.datagram)?.messageId;
}
