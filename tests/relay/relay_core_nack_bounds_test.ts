import { assertEquals, assertLessOrEqual, assertNotEquals } from "@std/assert";
import { MAX_ANSWERED_BYTES, MAX_ANSWERED_MESSAGES } from "../../src/relay/history_desk.ts";
import { FRAGMENT_RATE } from "../../src/session/fragment_rate.ts";
import { MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import { SEALING_REUSE_MS } from "../../src/session/retained_messages.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { decodeTlvs, findTlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { digests } from "../support/digests.ts";
import { fromAlice, historyTalk, nack, sayLong, sayMany } from "../support/history_talk.ts";
import { namedTlv } from "../support/named_tlv.ts";

const U64_MAX = 2n ** 64n - 1n;

/** By when a long message has left, and a client has forgotten the id of one that it got whole. */
const FORGET_MS = 15_000;

function messageIds(datagrams: readonly Uint8Array[]): number[] {
  const ids = datagrams.map((datagram) => {
    const value = findTlv(decodeTlvs(datagram), DEFAULT_TLV_TYPES.FRAGMENT);
    return decodeFragment(value ?? new Uint8Array()).messageId;
  });
  return [...new Set(ids)];
}

Deno.test("receive() holds as many messages as the bound says, and not one more", () => {
  const pair = historyTalk({ historyMessages: 3 });
  sayMany(pair, 3);
  nack(pair.bob, [1n, 1n]);
  assertEquals(pair.bob.heard(), fromAlice(1));
  pair.alice.say("4");
  pair.bob.forget();
  nack(pair.bob, [1n, 2n]);
  assertEquals(pair.bob.heard(), ["{LOST 1-1}", ...fromAlice(2)]);
});

Deno.test("receive() holds as many bytes as the bound says, and not one more", () => {
  const plaintextBytes = 4 + 5 + 4 + 8 + 4 + 1;
  const pair = historyTalk({ historyBytes: 3 * plaintextBytes });
  sayMany(pair, 3);
  nack(pair.bob, [1n, 1n]);
  assertEquals(pair.bob.heard(), fromAlice(1));
  sayMany(pair, 1);
  nack(pair.bob, [1n, 1n]);
  assertEquals(pair.bob.heard(), ["{LOST 1-1}"]);
});

Deno.test("receive() answers one NACK by 256 messages at most", () => {
  const pair = historyTalk();
  sayMany(pair, MAX_ANSWERED_MESSAGES + 1);
  nack(pair.bob, [1n, U64_MAX]);
  pair.relay.run(1_000);
  const numbers = Array.from({ length: MAX_ANSWERED_MESSAGES }, (_, index) => index + 1);
  assertEquals(pair.bob.heard(), fromAlice(...numbers));
});

Deno.test("receive() answers one NACK by 1 MiB at most, own messages not counted", () => {
  const pair = historyTalk();
  // With sender, number and headers each is 1/4 MiB of plaintext.
  const bytes = MAX_ANSWERED_BYTES / 4 - (4 + 5) - (4 + 8) - 4 * 4;
  const own = [
    namedTlv("CLIENT_SEQUENCE", encodeU64(1n)),
    ...Array.from({ length: 15 }, () => namedTlv("MESSAGE", new Uint8Array(60_000))),
  ];
  for (const datagram of pair.bob.fragmentsOf(own)) pair.bob.sendDatagram(datagram);
  const payloads = [1, 2, 3, 4, 5].map((_, index) => sayLong(pair, bytes + (index === 4 ? 1 : 0)));
  pair.relay.run(FORGET_MS);
  pair.bob.forget();
  nack(pair.bob, [1n, U64_MAX]);
  pair.relay.run(FORGET_MS);
  assertEquals(digests(pair.bob.payloads()), digests(payloads.slice(0, 4)));
  nack(pair.bob, [2n, 4n], [6n, 6n]);
  pair.relay.run(FORGET_MS);
  assertEquals(pair.relay.stat("reliable.resent"), 4 + 3, "one byte past the bound");
});

Deno.test("receive() answers NACK by one message of any length", () => {
  const pair = historyTalk({ maxMessageBytes: 2 * MAX_ANSWERED_BYTES });
  const payload = sayLong(pair, MAX_ANSWERED_BYTES + 1);
  sayMany(pair, 1);
  pair.relay.run(FORGET_MS);
  pair.bob.forget();
  nack(pair.bob, [1n, 2n]);
  pair.relay.run(FORGET_MS);
  assertEquals(digests(pair.bob.payloads()), digests([payload]));
});

Deno.test("receive() keeps what NACK asks for to the pace", () => {
  const pair = historyTalk();
  sayMany(pair, 100);
  nack(pair.bob, [1n, 100n]);
  assertEquals(pair.bob.datagrams().length, FRAGMENT_RATE.burst);
  for (let ms = 0; ms < 10; ms++) {
    pair.relay.run(1);
    assertEquals(pair.bob.datagrams().length, FRAGMENT_RATE.perSecond / 1_000);
  }
});

Deno.test("receive() keeps ACKs that NACK asks for to the pace", () => {
  const { relay, bob } = historyTalk();
  for (let sequence = 1n; sequence <= 100n; sequence++) bob.say("mine", sequence);
  relay.run(1_000);
  bob.forget();
  nack(bob, [1n, 100n]);
  assertEquals(bob.datagrams().length, FRAGMENT_RATE.burst);
});

Deno.test("receive() repeats no message that still waits for the client", () => {
  const pair = historyTalk();
  sayMany(pair, 100);
  for (let count = 0; count < 20; count++) nack(pair.bob, [1n, 100n]);
  pair.relay.run(1_000);
  const heard = pair.bob.heard();
  // What left of the first answer was asked for again by the second one, and then again waited.
  assertEquals(heard.length, pair.relay.stat("reliable.resent"));
  assertLessOrEqual(heard.length, 100 + 2 * FRAGMENT_RATE.burst);
});

Deno.test("receive() repeats no message that waits for its first time", () => {
  const pair = historyTalk();
  const payload = sayLong(pair, 200_000);
  pair.alice.say("2");
  nack(pair.bob, [1n, 2n]);
  pair.relay.run(1_000);
  assertEquals(pair.bob.payloads().map(({ byteLength }) => byteLength), [payload.byteLength, 1]);
  assertEquals(pair.relay.stat("reliable.resent"), 0);
});

Deno.test("receive() repeats messages ahead of newer ones that wait", () => {
  const pair = historyTalk();
  sayMany(pair, 2);
  sayLong(pair, 100_000);
  sayLong(pair, 100_000);
  nack(pair.bob, [1n, 2n]);
  pair.relay.run(1_000);
  const numbers = pair.bob.heard().map((line) => /RELAY_SEQUENCE (\d+)/.exec(line)?.[1]);
  assertEquals(numbers, ["3", "1", "2", "4"]);
});

Deno.test("receive() repeats nothing past what may wait for a client, and counts that", () => {
  const pair = historyTalk();
  sayMany(pair, 30);
  sayLong(pair, 100_000);
  for (let index = 0; index < MAX_QUEUED_MESSAGES - 10; index++) pair.alice.say("x");
  nack(pair.bob, [1n, 30n]);
  assertEquals(pair.relay.stat("reliable.resent"), 10);
  assertEquals(pair.relay.drops(), { send_queue_full: 1 });
});

Deno.test("receive() repeats a long message under the same id, so that what came of it counts", () => {
  const pair = historyTalk();
  const { relay, bob } = pair;
  relay.loses = (datagram) => datagram.byteLength === 1_200 && relay.random.chance(0.6);
  for (const datagram of pair.alice.fragments(new Uint8Array(20_000), { budgetBytes: 60_000 })) {
    pair.alice.sendDatagram(datagram);
  }
  relay.run(500);
  assertEquals(bob.heard(), []);
  for (let round = 0; round < 20 && relay.stat("reliable.resent") === round; round++) {
    nack(bob, [1n, 1n]);
    relay.run(500);
    if (bob.heard().length > 0) break;
  }
  assertLessOrEqual(relay.stat("reliable.resent"), 15);
  assertEquals(relay.stat("fragments.resent"), 0);
});

Deno.test("receive() repeats a long message under another id once its sealing is 30 s old", () => {
  const pair = historyTalk();
  const { relay, alice, bob } = pair;
  sayLong(pair, 5_000);
  const ids = messageIds(bob.datagrams());
  for (let elapsedMs = 0; elapsedMs < SEALING_REUSE_MS - 4_000; elapsedMs += 4_000) {
    relay.run(4_000);
    nack(bob, [1n, 1n]);
    assertEquals(messageIds(bob.datagrams()), ids);
  }
  relay.run(4_000);
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  bob.forget();
  nack(bob, [1n, 1n]);
  assertNotEquals(messageIds(bob.datagrams()), ids);
});
