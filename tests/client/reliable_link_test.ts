import { assert, assertEquals } from "@std/assert";
import {
  LAST_RTO_MS,
  MAX_TRIES,
  MAX_UNACKNOWLEDGED_MESSAGES,
} from "../../src/client/send_window.ts";
import { encodeAck } from "../../src/wire/ack.ts";
import { ClientWorld, type WorldClient } from "../support/client_world.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import { namedTlv } from "../support/named_tlv.ts";
import {
  meetReliably,
  nacksAt,
  numberedTexts,
  numbersAt,
  textsAt,
  textsTold,
} from "../support/reliable_world.ts";
import { assertSameMessages } from "../support/same_bytes.ts";
import { packetsWith } from "../support/sent_names.ts";

/** How often a number came to a relay. */
function triesOf(relay: MiniRelay, sequence: bigint): number {
  return numbersAt(relay).filter((number) => number === sequence).length;
}

function longPayloads(world: ClientWorld, count: number, bytes: number): Uint8Array[] {
  return Array.from({ length: count }, () => world.random.bytes(bytes));
}

Deno.test("ReliableLink numbers messages from 1, and sends each once when all is well", () => {
  const { world, relay, client } = meetReliably();
  for (const text of numberedTexts(5)) client.send(text);
  world.run(10_000);
  assertEquals(numbersAt(relay), [1n, 2n, 3n, 4n, 5n]);
  assertEquals(textsAt(relay), numberedTexts(5));
  assertEquals(nacksAt(relay), [], "its own numbers are no gaps");
});

Deno.test("ReliableLink sends 8 times with doubling delays, then fails the flush", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  relay.delivery.answers.nack = false;
  const fromMs = world.clock.now.monotonicMs;
  client.send("x".repeat(100));
  client.flush();
  world.run(31_750 + LAST_RTO_MS - 1);
  const tries = packetsWith(world.network.sent, "SYMMETRICALLY_ENCRYPTED_MESSAGE", "10.0.0.1:47700")
    .filter(({ datagram, sentMs }) => datagram.byteLength > 200 && sentMs >= fromMs)
    .map(({ sentMs }) => sentMs - fromMs);
  assertEquals(tries, [0, 250, 750, 1_750, 3_750, 7_750, 15_750, 31_750]);
  assertEquals(tries.length, MAX_TRIES);
  assertEquals(client.heard(), ["left 1"]);
  world.run(1);
  assertEquals(client.heard(), ["given up 1", "flush_failed NOT_ACKNOWLEDGED"]);
  relay.delivery.answers.ack = true;
  client.send("and on");
  client.flush();
  world.run(1_000);
  assertEquals(client.heard(), ["left 2", "flushed"]);
});

Deno.test("ReliableLink fails the next flush for a message that was given up before", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  client.send("hello");
  world.run(40_000);
  relay.delivery.answers.ack = true;
  client.flush();
  client.flush();
  assertEquals(client.heard(), [
    "left 1",
    "given up 1",
    "flush_failed NOT_ACKNOWLEDGED",
    "flushed",
  ]);
});

Deno.test("ReliableLink lets 64 messages be unacknowledged, and no more", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  for (const text of numberedTexts(MAX_UNACKNOWLEDGED_MESSAGES + 1)) client.send(text);
  world.run(200);
  assertEquals(relay.messages.length, MAX_UNACKNOWLEDGED_MESSAGES);
  assertEquals(client.heard().length, MAX_UNACKNOWLEDGED_MESSAGES);
  relay.delivery.answers.ack = true;
  world.run(200);
  assertEquals(client.heard(), [`left ${MAX_UNACKNOWLEDGED_MESSAGES + 1}`]);
  assertEquals(relay.messages.length, MAX_UNACKNOWLEDGED_MESSAGES + 1);
});

Deno.test("ReliableLink lets 256 KiB be unacknowledged, or one message of any length", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  client.send(new Uint8Array(200_000));
  client.send(new Uint8Array(100_000));
  client.send(new Uint8Array(500_000));
  world.run(240);
  assertEquals(client.heard(), ["left 1"]);
  relay.delivery.answers.ack = true;
  world.run(2_000);
  assertEquals(relay.messages.map(({ payload }) => payload.byteLength), [
    200_000,
    100_000,
    500_000,
  ]);
});

Deno.test("ReliableLink confirms a flush without KEEP_ALIVE, when the last ACK came", () => {
  const { world, relay, client } = meetReliably();
  world.network.conditions = { minDelayMs: 30 };
  client.send("hello");
  client.flush();
  world.run(59);
  assertEquals(client.heard(), ["left 1"]);
  world.run(1);
  assertEquals(client.heard(), ["flushed"]);
  assertEquals(relay.tokens.length, 1);
});

Deno.test("ReliableLink sends again when only the ACK was lost, and is taken once", () => {
  const { world, relay, client } = meetReliably();
  const keepsQuiet = { until: world.clock.now.monotonicMs + 600 };
  world.network.loses = ({ to }) =>
    to.port === client.endpoint.port && world.clock.now.monotonicMs < keepsQuiet.until;
  client.send("hello");
  client.flush();
  world.run(2_000);
  assertEquals(triesOf(relay, 1n), 3);
  assertEquals(textsAt(relay), ["hello"]);
  assertEquals(client.heard(), ["left 1", "flushed"]);
});

Deno.test("ReliableLink takes a second ACK, and one for nothing, for no mistake", () => {
  const { world, relay, client, session } = meetReliably();
  client.send("hello");
  world.run(10);
  for (const clientSequence of [1n, 1n, 0n, 99n, 2n ** 64n - 1n]) {
    const ack = { clientSequence, relaySequence: 1n };
    relay.sendSealed(session, namedTlv("ACK", encodeAck(ack)));
  }
  client.send("again");
  client.flush();
  world.run(1_000);
  assertEquals(client.heard(), ["left 1", "left 2", "flushed"]);
  assertEquals(textsAt(relay), ["hello", "again"]);
});

Deno.test("ReliableLink learns of a lost ACK from the gap that its own number leaves", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  client.send("mine");
  world.run(10);
  relay.delivery.answers.ack = true;
  relay.say("ben", "his");
  client.flush();
  world.run(100);
  assertEquals(nacksAt(relay), ["1-1"]);
  assertEquals(client.heard(), ["left 1", "message ben: his", "flushed"]);
});

Deno.test("ReliableLink brings long messages through loss once each", () => {
  const world = new ClientWorld(7);
  const relay = world.relay();
  const ada = world.registered({ name: "ada", reliable: true });
  const ben = world.registered({ name: "ben", reliable: true });
  world.network.conditions = { loss: 0.1, duplication: 0.05, minDelayMs: 1, maxDelayMs: 20 };
  const payloads = longPayloads(world, 12, 30_000);
  for (const payload of payloads) ada.send(payload);
  ada.flush();
  world.run(120_000);
  assert(ada.heard().includes("flushed"));
  const heard = ben.told().flatMap((event) => event.type === "message" ? [event.payload] : []);
  assertSameMessages(heard, relay.messages.map(({ payload }) => payload));
  const sorted = (list: readonly Uint8Array[]) => list.map((payload) => payload.toHex()).toSorted();
  assert(sorted(heard).join() === sorted(payloads).join(), "one is missing or came twice");
});

Deno.test("ReliableLink counts fragments that came when it sends a long message again", () => {
  const { world, relay, client } = meetReliably();
  let fragments = 0;
  // Every third fragment is lost, but never the same ones twice: 4 do not divide into thirds.
  world.network.loses = ({ to, datagram }) =>
    to.port === 47_700 && datagram.byteLength > 1_000 && fragments++ % 3 === 2;
  client.send(world.random.bytes(3_000));
  client.flush();
  world.run(249);
  assertEquals(client.heard(), ["left 1", "flushed"], "by FRAGMENT_NACK");
  assertEquals(relay.messages.length, 1);
});

Deno.test("ReliableLink leaves a message that is due alone while a long one is leaving", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  client.send("short");
  world.run(220);
  client.send(world.random.bytes(200_000));
  // Each tick of the client makes sure that it is not due again at once, which would be a busy loop.
  world.run(240);
  relay.delivery.answers.ack = true;
  client.flush();
  world.run(5_000);
  assertEquals(client.heard(), ["left 1", "left 2", "flushed"]);
  assertEquals(triesOf(relay, 1n), 3);
});

Deno.test("ReliableLink uses a new message id each second time that it sends again", () => {
  const { world, relay, client } = meetReliably();
  relay.delivery.answers.ack = false;
  relay.delivery.answers.nack = false;
  client.send(world.random.bytes(3_000));
  world.run(4_000);
  const ids = packetsWith(world.network.sent, "FRAGMENT", "10.0.0.1:47700")
    .map(({ datagram }) => new DataView(datagram.buffer).getUint32(4));
  const [first = 0, second = 0, third = 0] = [...new Set(ids)];
  const perSend = ids.length / 5;
  const expected = [first, first, second, second, third].flatMap((id) =>
    Array.from({ length: perSend }, () => id)
  );
  assertEquals(ids, expected);
  assertEquals(relay.messages.length, 1);
});

/** Three clients talk with each other through a storm. Returns what each of them heard. */
function talkInStorm(seed: number): { relay: MiniRelay; heard: Map<WorldClient, string[]> } {
  const world = new ClientWorld(seed);
  const relay = world.relay();
  const heard = new Map<WorldClient, string[]>();
  for (const name of ["ada", "ben", "cleo"]) {
    heard.set(world.registered({ name, reliable: true }), []);
  }
  world.network.conditions = { loss: 0.2, duplication: 0.05, minDelayMs: 1, maxDelayMs: 40 };
  const hear = () => heard.forEach((texts, client) => texts.push(...textsTold(client)));
  for (let round = 0; round < 100; round++) {
    [...heard.keys()].forEach((client, index) => client.send(`${index} ${round}`));
    world.run(200);
    hear();
  }
  world.run(60_000);
  hear();
  return { relay, heard };
}

for (let seed = 1; seed <= 8; seed++) {
  Deno.test(`ReliableLink brings all messages through a storm once, in one order, seed ${seed}`, () => {
    const { relay, heard } = talkInStorm(seed);
    const all = textsAt(relay);
    assertEquals(all.length, 300);
    assertEquals(new Set(all).size, 300);
    [...heard.values()].forEach((texts, index) => {
      assertEquals(texts, all.filter((text) => !text.startsWith(`${index}`)));
    });
  });
}
