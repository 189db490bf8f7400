import { assert, assertEquals } from "@std/assert";
import { GAP_DELAY_MS } from "../../src/client/gap_tracker.ts";
import {
  MAX_EARLY_MESSAGES,
  MAX_RELEASED_MESSAGES,
  OrderedDelivery,
} from "../../src/client/ordered_delivery.ts";
import { RECEIVE_WINDOW } from "../../src/client/reliable_receiver.ts";
import { SHUTDOWN_REASON } from "../../src/session/shutdown_reason.ts";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { FRAGMENT_NACK_DELAY_MS, MAX_FRAGMENT_NACKS } from "../../src/wire/reassembly_pool.ts";
import { decodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { ClientWorld, RELAY, type WorldClient } from "../support/client_world.ts";
import { MiniHistory } from "../support/mini_history.ts";
import type { MiniRelay } from "../support/mini_relay.ts";
import type { MiniSession } from "../support/mini_session.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { meetReliably, nacksAt, numberedTexts, textsTold } from "../support/reliable_world.ts";

/** Largest number that a u64 holds. */
const MAX_U64 = 2n ** 64n - 1n;

/** Numbers messages of ben. */
function number(relay: MiniRelay, texts: readonly string[]): Tlv[][] {
  return texts.map((text) => relay.relayed("ben", text));
}

/** Sends some of several messages, by index. */
function sendSome(
  relay: MiniRelay,
  session: MiniSession,
  messages: readonly Tlv[][],
  indexes: readonly number[],
): void {
  for (const index of indexes) relay.sendSealed(session, ...messages[index] ?? []);
}

/** The TLVs of a message with any number. */
function message(sequence: bigint, text = "hello"): Tlv[] {
  return [
    namedTlv("SENDER_ID", "ben"),
    namedTlv("RELAY_SEQUENCE", encodeU64(sequence)),
    namedTlv("MESSAGE", text),
  ];
}

function lost(first: bigint, last: bigint): Tlv {
  return namedTlv("LOST", encodeSequenceRanges([{ first, last }]));
}

Deno.test("OrderedDelivery puts messages into the order of their numbers, each once", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = number(relay, numberedTexts(6));
  sendSome(relay, session, messages, [3, 0, 0, 2, 3, 1, 5, 4, 1, 5]);
  world.run(40);
  assertEquals(textsTold(client), numberedTexts(6));
  assertEquals(client.core.drops.toObject(), { duplicate: 4 });
  assertEquals(nacksAt(relay), []);
});

Deno.test("OrderedDelivery asks for a gap after 50 ms, and not before", () => {
  const { world, relay, client, session } = meetReliably();
  sendSome(relay, session, number(relay, numberedTexts(4)), [0, 3]);
  world.run(GAP_DELAY_MS - 1);
  assertEquals(textsTold(client), ["0"]);
  assertEquals(nacksAt(relay), []);
  world.run(1);
  assertEquals(nacksAt(relay), ["2-3"]);
  assertEquals(textsTold(client), ["1", "2", "3"]);
});

Deno.test("OrderedDelivery asks again after 100 ms, doubling up to 1 s, until it is answered", () => {
  const { world, relay, client, session } = meetReliably();
  relay.delivery.answers.nack = false;
  sendSome(relay, session, number(relay, numberedTexts(2)), [1]);
  const asked: number[] = [];
  for (let ms = 0, before = 0; ms <= 4_000; ms += 25, world.run(25)) {
    const count = nacksAt(relay).length;
    if (count > before) asked.push(ms);
    before = count;
  }
  assertEquals(asked, [50, 150, 350, 750, 1_550, 2_550, 3_550]);
  relay.delivery.answers.nack = true;
  world.run(1_000);
  assertEquals(textsTold(client), ["0", "1"]);
  const count = nacksAt(relay).length;
  world.run(10_000);
  assertEquals(nacksAt(relay).length, count);
});

Deno.test("OrderedDelivery names as many gaps in a NACK as fit a datagram, sorted", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = number(relay, numberedTexts(240));
  sendSome(relay, session, messages, messages.map((_, index) => index).filter((at) => at % 2 > 0));
  world.run(GAP_DELAY_MS);
  const [first = "", second = ""] = nacksAt(relay);
  assertEquals(
    first.split(","),
    Array.from({ length: 51 }, (_, at) => `${2 * at + 1}-${2 * at + 1}`),
  );
  assertEquals(second, "", "the next one follows 10 ms later");
  world.run(50);
  assertEquals(textsTold(client), numberedTexts(240));
  assertEquals(nacksAt(relay).length, 3);
});

Deno.test("OrderedDelivery names 64 gaps in a NACK at most, however large a datagram may be", () => {
  const { world, relay, session } = meetReliably({}, { datagramBudgetBytes: 9_000 });
  const messages = number(relay, numberedTexts(200));
  sendSome(relay, session, messages, messages.map((_, index) => index).filter((at) => at % 2 > 0));
  world.run(GAP_DELAY_MS);
  assertEquals(nacksAt(relay)[0]?.split(",").length, 64);
});

Deno.test("OrderedDelivery reports what is lost as a gap, in its place", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = number(relay, numberedTexts(8));
  relay.history.forget(5n);
  sendSome(relay, session, messages, [1, 7]);
  world.run(1_000);
  assertEquals(client.heard(), [
    "gap 1-1",
    "message ben: 1",
    "gap 3-5",
    "message ben: 5",
    "message ben: 6",
    "message ben: 7",
  ]);
});

Deno.test("OrderedDelivery takes a message that was given up for a duplicate", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = number(relay, numberedTexts(2));
  sendSome(relay, session, messages, [1]);
  relay.sendSealed(session, lost(1n, 1n));
  sendSome(relay, session, messages, [0]);
  world.run(1_000);
  assertEquals(client.heard(), ["gap 1-1", "message ben: 1"]);
  assertEquals(client.core.drops.of("duplicate"), 1);
});

Deno.test("OrderedDelivery learns what it missed last from KEEP_ALIVE_REPLY", () => {
  const { world, relay, client } = meetReliably();
  number(relay, numberedTexts(3));
  world.run(950 - 100 + GAP_DELAY_MS - 1);
  assertEquals(client.heard(), []);
  world.run(1);
  assertEquals(textsTold(client), numberedTexts(3));
  assertEquals(nacksAt(relay), ["1-3"]);
});

Deno.test("OrderedDelivery lets fragments come before it asks for what may be among them", () => {
  const { world, relay, client, session } = meetReliably();
  const fragments = relay.seal(session, relay.relayed("ben", world.random.bytes(5_000)));
  relay.sendSealed(session, ...relay.relayed("ben", "short"));
  fragments.forEach((datagram, index) => {
    world.forge(datagram, RELAY, client.endpoint);
    world.run(index < fragments.length - 1 ? 150 : 0);
  });
  assert(fragments.length * 100 > GAP_DELAY_MS);
  assertEquals(nacksAt(relay), []);
  assertEquals(client.told().length, 2);
});

Deno.test("OrderedDelivery asks for the whole when no fragments are asked for any more", () => {
  const { world, relay, client, session } = meetReliably();
  const [fragment] = relay.seal(session, relay.relayed("ben", new Uint8Array(5_000)));
  relay.sendSealed(session, ...relay.relayed("ben", "short"));
  assert(fragment !== undefined);
  world.network.loses = ({ datagram }) => decodeTlvs(datagram)[0]?.type === 5;
  client.receive(fragment, RELAY);
  world.run(MAX_FRAGMENT_NACKS * FRAGMENT_NACK_DELAY_MS - 1);
  assertEquals(nacksAt(relay), []);
  world.run(1);
  assertEquals(nacksAt(relay), ["1-1"]);
});

Deno.test("OrderedDelivery goes on in the same series, and asks for what it missed", () => {
  const { world, relay, client } = meetReliably();
  relay.say("ben", "0");
  world.run(10);
  relay.crash();
  number(relay, ["1", "2"]);
  const next = world.relay({ generation: 2, history: relay.history });
  world.run(30_000);
  relay.history.add("ben", new Uint8Array(), { sessionId: "", clientSequence: 0n });
  next.say("ben", "4");
  world.run(1_000);
  assertEquals(client.heard(), [
    "message ben: 0",
    "reconnecting: silence",
    "registered again",
    "message ben: 1",
    "message ben: 2",
    "message ben: ",
    "message ben: 4",
  ]);
});

Deno.test("OrderedDelivery starts afresh in a new series, and says so", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = number(relay, numberedTexts(3));
  sendSome(relay, session, messages, [0, 2]);
  world.run(10);
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  world.run(0);
  const next = world.relay({ generation: 2, history: new MiniHistory(new Uint8Array(8), 1_000n) });
  next.relayed("ben", "before its time");
  world.run(10_000);
  next.say("ben", "new");
  world.run(1_000);
  assertEquals(client.heard(), [
    "message ben: 0",
    "reconnecting: shutdown",
    "registered again",
    "gap 2-2",
    "message ben: 2",
    "new_series",
    "message ben: new",
  ]);
});

Deno.test("OrderedDelivery starts afresh when the series stands lower than it did", () => {
  const { world, relay, client, session } = meetReliably();
  for (const text of numberedTexts(5)) relay.say("ben", text);
  world.run(10);
  relay.sendSealed(session, namedTlv("DISCONNECT", SHUTDOWN_REASON));
  const next = world.relay({ generation: 2, history: new MiniHistory(relay.history.seriesId) });
  world.run(10_000);
  next.say("ben", "first again");
  world.run(100);
  assertEquals(client.heard().slice(-3), [
    "registered again",
    "new_series",
    "message ben: first again",
  ]);
});

Deno.test("OrderedDelivery hands on a message that overtakes the acceptance, in its order", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  for (const text of numberedTexts(9)) relay.relayed("ben", text);
  const client = world.client({ name: "ada", reliable: true });
  world.network.loses = ({ datagram, to }) =>
    to.port === client.endpoint.port && decodeTlvs(datagram)[0]?.type === 4 &&
    relay.history.latest < 11n;
  world.run(100);
  assertEquals(client.core.state, "registering");
  relay.say("ben", "ten");
  relay.say("ben", "eleven");
  assertEquals(client.heard(), []);
  world.run(1_000);
  assertEquals(client.heard(), ["registered", "message ben: ten", "message ben: eleven"]);
});

Deno.test("OrderedDelivery keeps 256 messages that overtake the acceptance, and drops the next", () => {
  const world = new ClientWorld();
  const relay = world.relay();
  const client = world.client({ name: "ada", reliable: true });
  world.network.loses = ({ to }) =>
    to.port === client.endpoint.port && relay.sessions.size > 0 && relay.history.latest === 0n;
  world.run(100);
  for (const text of numberedTexts(MAX_EARLY_MESSAGES + 1)) relay.say("ben", text);
  world.run(0);
  assertEquals(client.core.drops.of("no_room"), 1);
  world.run(3_000);
  assertEquals(textsTold(client), numberedTexts(MAX_EARLY_MESSAGES + 1));
});

Deno.test("OrderedDelivery hands over 64 messages at a time, 1 ms apart", () => {
  const { world, relay, client, session } = meetReliably();
  const messages = number(relay, numberedTexts(2 * MAX_RELEASED_MESSAGES + 1));
  sendSome(relay, session, messages, messages.map((_, index) => index).slice(1));
  world.run(0);
  sendSome(relay, session, messages, [0]);
  world.run(0);
  assertEquals(textsTold(client).length, MAX_RELEASED_MESSAGES);
  world.run(1);
  assertEquals(textsTold(client).length, MAX_RELEASED_MESSAGES);
  world.run(1);
  assertEquals(textsTold(client).length, 1);
});

Deno.test("OrderedDelivery holds what comes while it is paused, and asks later for the rest", () => {
  const { world, relay, client } = meetReliably();
  client.pause();
  const texts = numberedTexts(RECEIVE_WINDOW + 100);
  for (const text of texts) relay.say("ben", text);
  world.run(10_000);
  assertEquals(client.heard(), []);
  assertEquals(nacksAt(relay), [], "there is no room for an answer");
  assertEquals(client.core.drops.of("no_room"), 100);
  client.resume();
  world.run(1_000);
  assertEquals(textsTold(client), texts);
});

Deno.test("OrderedDelivery reports a gap when the relay forgot what was said while it was paused", () => {
  const { world, relay, client } = meetReliably();
  client.pause();
  for (const text of numberedTexts(RECEIVE_WINDOW + 100)) relay.say("ben", text);
  world.run(1_000);
  relay.history.forget(BigInt(RECEIVE_WINDOW) + 90n);
  client.resume();
  world.run(1_000);
  const numbers = client.told().flatMap((event): [bigint, bigint][] => {
    if (event.type === "gap") return [[event.first, event.last]];
    return event.type === "message" ? [[event.relaySequence ?? 0n, event.relaySequence ?? 0n]] : [];
  });
  let next = 1n;
  for (const [first, last] of numbers) {
    assertEquals(first, next);
    assertEquals(last > first, first > RECEIVE_WINDOW && first <= RECEIVE_WINDOW + 90);
    next = last + 1n;
  }
  assertEquals(next, BigInt(RECEIVE_WINDOW) + 101n);
});

Deno.test("OrderedDelivery gives everything that it has when the relay ends the session", () => {
  const { world, relay, client, session } = meetReliably();
  client.pause();
  const messages = number(relay, numberedTexts(3));
  sendSome(relay, session, messages, [0, 2]);
  world.run(0);
  relay.sendSealed(session, namedTlv("DISCONNECT", "too loud"));
  world.run(0);
  assertEquals(client.heard(), [
    "message ben: 0",
    "gap 2-2",
    "message ben: 2",
    "failed DISCONNECTED",
  ]);
});

Deno.test("OrderedDelivery gives up a message that is longer than it may be, after a minute", () => {
  const { world, relay, client } = meetReliably({}, { maxMessageBytes: 1_000 });
  relay.say("ben", new Uint8Array(100_000));
  relay.say("ben", "short");
  world.run(50_000);
  assertEquals(client.heard(), []);
  world.run(20_000);
  assertEquals(client.heard(), ["gap 1-1", "message ben: short"]);
});

Deno.test("OrderedDelivery gives a message without number at once", () => {
  const { world, relay, client, session } = meetReliably();
  sendSome(relay, session, number(relay, numberedTexts(2)), [1]);
  relay.sendSealed(session, namedTlv("SENDER_ID", "ben"), namedTlv("MESSAGE", "no number"));
  world.run(0);
  assertEquals(textsTold(client), ["no number"]);
});

/** What a relay without sense may say, and what its client is told before all is well again. */
const ABSURD: readonly { name: string; tlvs: Tlv[]; heard?: string[] }[] = [
  { name: "a jump by 2^63", tlvs: message(2n ** 63n) },
  { name: "the highest number", tlvs: message(MAX_U64) },
  { name: "the number 0", tlvs: message(0n) },
  { name: "a latest number of 2^64 - 1", tlvs: [namedTlv("KEEP_ALIVE_REPLY", encodeU64(MAX_U64))] },
  { name: "that all is lost that there can be", tlvs: [lost(1n, MAX_U64)] },
  { name: "that the highest number is lost", tlvs: [lost(MAX_U64, MAX_U64)] },
  { name: "an own message with the highest number", tlvs: [ack(1n, MAX_U64)] },
];

function ack(clientSequence: bigint, relaySequence: bigint): Tlv {
  const value = new Uint8Array([...encodeU64(clientSequence), ...encodeU64(relaySequence)]);
  return namedTlv("ACK", value);
}

for (const { name, tlvs, heard = [] } of ABSURD) {
  Deno.test(`OrderedDelivery outlives ${name}`, () => {
    const { world, relay, client, session } = meetReliably();
    for (let copy = 0; copy < 3; copy++) relay.sendSealed(session, ...tlvs);
    world.run(2_000);
    relay.say("ben", "still there");
    world.run(2_000);
    assertEquals(client.heard(), [...heard, "message ben: still there"]);
    const nacks = nacksAt(relay).length;
    assert(nacks < 10, `${nacks} NACKs`);
  });
}

Deno.test("OrderedDelivery does not grow with numbers that it can't take", () => {
  const { world, relay, client, session } = meetReliably();
  for (let step = 1n; step <= 2_000n; step++) {
    relay.sendSealed(session, ...message(step * 2n ** 40n));
  }
  world.run(10);
  assertEquals(client.core.drops.of("no_room"), 2_000);
  world.run(1_000);
  for (const nack of nacksAt(relay)) assertEquals(nack.split(",").length, 1);
});

function heardByReader(client: WorldClient): number {
  return textsTold(client).length;
}

Deno.test("OrderedDelivery holds 4,096 messages ahead of a gap, and drops the next", () => {
  const { world, relay, client, session } = meetReliably();
  relay.delivery.answers.nack = false;
  const messages = number(relay, numberedTexts(RECEIVE_WINDOW + 1));
  sendSome(relay, session, messages, messages.map((_, index) => index).slice(1));
  world.run(10);
  assertEquals(client.core.drops.of("no_room"), 1);
  assertEquals(heardByReader(client), 0);
  relay.delivery.answers.nack = true;
  world.run(5_000);
  assertEquals(heardByReader(client), RECEIVE_WINDOW + 1);
});

Deno.test("OrderedDelivery holds little of series that come and go while its reader is away", () => {
  const ordered = new OrderedDelivery(() => 0.5);
  ordered.begin({ seriesId: "0", latest: 0n, replayFrom: undefined }, 0);
  ordered.pause();
  const payload = new Uint8Array(1);
  ordered.add({ sender: "ben", payload, relaySequence: 1n }, 0);
  for (let series = 1; series <= 1_000; series++) {
    ordered.begin({ seriesId: `${series}`, latest: 0n, replayFrom: undefined }, 0);
    ordered.add({ sender: "ben", payload, relaySequence: 1n }, 0);
  }
  ordered.resume();
  assertEquals(ordered.release(0).map(({ type }) => type), ["message", "new_series", "message"]);
});
