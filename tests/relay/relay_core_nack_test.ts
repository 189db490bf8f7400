import { assertEquals } from "@std/assert";
import { encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { fromAlice, historyTalk, nack, sayLong, sayMany } from "../support/history_talk.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const U64_MAX = 2n ** 64n - 1n;

Deno.test("receive() answers NACK by the messages that it names, in order", () => {
  const pair = historyTalk();
  sayMany(pair, 9);
  nack(pair.bob, [7n, 8n], [2n, 2n], [4n, 5n]);
  assertEquals(pair.bob.heard(), fromAlice(2, 4, 5, 7, 8));
  assertEquals([pair.relay.stat("reliable.nacks"), pair.relay.stat("reliable.resent")], [1, 5]);
  assertEquals(pair.relay.stat("messages.out"), 9, "a repair is no delivery");
});

Deno.test("receive() answers each number once that overlapping ranges name", () => {
  const pair = historyTalk();
  sayMany(pair, 5);
  nack(pair.bob, [2n, 4n], [3n, 3n], [1n, 2n], [4n, 4n], [2n, 4n]);
  assertEquals(pair.bob.heard(), fromAlice(1, 2, 3, 4));
});

Deno.test("receive() answers NACK by nothing for what is still to come", () => {
  const pair = historyTalk();
  sayMany(pair, 3);
  nack(pair.bob, [3n, U64_MAX], [4n, 4n], [U64_MAX, U64_MAX]);
  assertEquals(pair.bob.heard(), fromAlice(3));
  assertEquals([pair.relay.drops(), pair.relay.stat("reliable.lost")], [{}, 0]);
});

Deno.test("receive() answers NACK before the first message by nothing", () => {
  const { relay, bob } = historyTalk();
  nack(bob, [1n, U64_MAX]);
  assertEquals([bob.heard(), relay.stat("reliable.lost")], [[], 0]);
});

Deno.test("receive() repeats a message with its number and sender of then", () => {
  const pair = historyTalk();
  sayMany(pair, 2);
  pair.alice.sendSealed(namedTlv("DISCONNECT"));
  pair.relay.settle(pair.bob);
  nack(pair.bob, [1n, 2n]);
  assertEquals(pair.bob.heard(), fromAlice(1, 2));
});

Deno.test("receive() repeats what was said before the client joined, for who comes back", () => {
  const pair = historyTalk();
  sayMany(pair, 2);
  const carol = pair.relay.joinReliable("carol");
  pair.relay.settle(carol);
  assertEquals(carol.accepted?.latestRelaySequence, 2n);
  nack(carol, [1n, 2n]);
  assertEquals(carol.heard(), fromAlice(1, 2));
});

Deno.test("receive() answers NACK by LOST for what is no longer held, adjacent numbers joined", () => {
  const pair = historyTalk({ historyMessages: 3 });
  sayMany(pair, 12);
  nack(pair.bob, [8n, 10n], [1n, 1n], [3n, 4n], [2n, 3n], [6n, 6n]);
  assertEquals(pair.bob.heard(), ["{LOST 1-4, LOST 6-6, LOST 8-9}", ...fromAlice(10)]);
  assertEquals(pair.relay.stat("reliable.lost"), 4 + 1 + 2);
});

Deno.test("receive() calls nothing LOST before it has left that still waits for the client", () => {
  const pair = historyTalk({ historyMessages: 0 });
  const payload = sayLong(pair, 100_000);
  for (const text of ["2", "3"]) pair.alice.say(text);
  nack(pair.bob, [1n, 3n]);
  pair.relay.run(1_000);
  assertEquals(pair.bob.heard(), [
    `{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE of 65535 bytes, MESSAGE of ${
      payload.byteLength - 65_535
    } bytes}`,
    ...fromAlice(2, 3),
    "{LOST 1-3}",
  ]);
});

Deno.test("receive() tells of 64 ranges that are LOST whatever the datagram budget", () => {
  const pair = historyTalk({ historyMessages: 0, budgetBytes: 576 });
  sayMany(pair, 130);
  const ranges = Array.from({ length: 64 }, (_, index) => BigInt(2 * index + 1));
  nack(pair.bob, ...ranges.map((number) => [number, number] as const));
  pair.relay.run(10);
  assertEquals(pair.bob.heard(), [
    `{${ranges.map((number) => `LOST ${number}-${number}`).join(", ")}}`,
  ]);
});

Deno.test("receive() answers NACK for the client's own message by its ACK", () => {
  const { relay, alice, bob } = historyTalk();
  bob.say("mine", 1n);
  alice.say("2");
  bob.say("mine too, without a number");
  bob.forget();
  nack(bob, [1n, 3n]);
  assertEquals(bob.heard(), ["{ACK 1 1}", ...fromAlice(2), "{ACK 0 3}"]);
  assertEquals([relay.stat("reliable.acks"), relay.stat("reliable.acks_repeated")], [3, 2]);
  assertEquals(relay.stat("reliable.resent"), 1);
});

Deno.test("receive() answers NACK for a message of an earlier session by an ACK of number 0", () => {
  const { relay, bob } = historyTalk();
  bob.say("mine", 1n);
  bob.registerReliable("bob");
  bob.say("mine again", 1n);
  relay.settle(bob);
  nack(bob, [1n, 2n]);
  assertEquals(bob.heard(), ["{ACK 0 1}", "{ACK 1 2}"]);
});

Deno.test("receive() repeats what someone else said at the address of a client without a name", () => {
  const relay = new RelayHarness();
  const nameless = relay.stranger();
  nameless.registerReliable();
  nameless.say("before", 1n);
  nameless.registerReliable();
  relay.settle(nameless);
  nack(nameless, [1n, 1n]);
  assertEquals(nameless.heard(), [
    `{SENDER_ID ${nameless.address}, RELAY_SEQUENCE 1, MESSAGE before}`,
  ]);
});

for (const length of [0, 1, 15, 17, 65 * 16]) {
  Deno.test(`receive() drops a NACK of ${length} bytes as malformed`, () => {
    const { relay, bob } = historyTalk();
    bob.sendSealed(namedTlv("NACK", new Uint8Array(length).fill(1)));
    assertEquals([relay.drops(), relay.stat("reliable.nacks")], [{ malformed: 1 }, 0]);
  });
}

for (const range of [[0n, 5n], [3n, 2n]] as const) {
  Deno.test(`receive() drops a NACK from ${range[0]} to ${range[1]} as malformed`, () => {
    const pair = historyTalk();
    sayMany(pair, 5);
    nack(pair.bob, [1n, 2n], range);
    assertEquals([pair.bob.heard(), pair.relay.drops()], [[], { malformed: 1 }]);
  });
}

Deno.test("receive() passes over a NACK of a client that did not ask for the feature", () => {
  const pair = historyTalk();
  sayMany(pair, 3);
  pair.alice.forget();
  nack(pair.alice, [1n, 3n]);
  assertEquals([pair.alice.heard(), pair.relay.drops()], [[], {}]);
  assertEquals(pair.relay.stat("reliable.nacks"), 0);
});

Deno.test("receive() answers no NACK that is replayed or forged", () => {
  const pair = historyTalk();
  const { relay, alice, bob } = pair;
  sayMany(pair, 3);
  const value = encodeSequenceRanges([{ first: 1n, last: 3n }]);
  const datagram = bob.sendSealed(namedTlv("NACK", value));
  bob.forget();
  bob.sendDatagram(datagram);
  bob.sendToken(alice.seal([namedTlv("NACK", value)]));
  assertEquals(bob.heard(), []);
  assertEquals(relay.drops(), { replayed: 1, unauthentic: 1 });
});
