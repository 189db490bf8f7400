import { assert, assertEquals } from "@std/assert";
import { FRAGMENT_RATE } from "../../src/session/fragment_rate.ts";
import { MAX_REPAIRS } from "../../src/session/fragment_repairs.ts";
import { Feature } from "../../src/wire/features.ts";
import { decodeFragment } from "../../src/wire/fragment.ts";
import { encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeGroupFrame } from "../../src/wire/group_frame.ts";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { BOTH_WAYS, BY_MULTICAST, groupRelay, settledMembers } from "../support/group_world.ts";
import { nack } from "../support/history_talk.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { RelayHarness } from "../support/relay_harness.ts";
import { assertSameMessages } from "../support/same_bytes.ts";

/** Has a client send a message of random bytes in fragments. */
function sayLong(relay: RelayHarness, client: HarnessClient, bytes: number): Uint8Array {
  const payload = relay.random.bytes(bytes);
  for (const datagram of client.fragments(payload)) client.sendDatagram(datagram);
  return payload;
}

/** What stands in the datagram of a GROUP_FRAGMENT. */
function fragmentOf(datagram: Uint8Array): { epoch: number; messageId: number; number: number } {
  const [tlv] = decodeTlvs(datagram);
  const frame = decodeGroupFrame(tlv?.value ?? new Uint8Array());
  assert(frame !== undefined);
  const { messageId, sequenceNumber } = decodeFragment(frame.rest);
  return { epoch: frame.epoch, messageId, number: sequenceNumber };
}

function sendNack(client: HarnessClient, messageId: number, missing: readonly number[]): void {
  client.sendSealed(namedTlv("FRAGMENT_NACK", encodeFragmentNack({ messageId, missing })));
}

for (const groupDelivery of BOTH_WAYS) {
  const { mode } = groupDelivery;

  Deno.test(`receive() sends a long message to the group in fragments within the budget, by ${mode}`, () => {
    const relay = groupRelay({ groupDelivery });
    const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
    const payload = sayLong(relay, alice, 100_000);
    relay.run(1_000);
    const datagrams = bob.datagrams();
    assertEquals(Math.max(...datagrams.map(({ byteLength }) => byteLength)), 1_200);
    assertSameMessages(carol.payloads(), [payload]);
    assertEquals(relay.stat("deliveries"), 2);
  });

  Deno.test(`receive() lets nothing overtake a long message, by ${mode}`, () => {
    const relay = groupRelay({ groupDelivery });
    const [alice, bob] = settledMembers(relay, "alice", "bob");
    sayLong(relay, alice, 60_000);
    alice.say("after");
    relay.join("carol").say("later");
    relay.run(1_000);
    assertEquals(bob.heard(), [
      "group 2 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE of 60000 bytes}",
      "group 2 {SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE after}",
      "group 2 {NOTIFY_CONNECT carol}",
      "group 2 {SENDER_ID carol, RELAY_SEQUENCE 3, MESSAGE later}",
    ]);
  });

  Deno.test(`tick() lets a message go on under the key under which it was said, by ${mode}`, () => {
    const relay = groupRelay({ groupDelivery });
    const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
    sayLong(relay, alice, 60_000);
    alice.say("waits");
    carol.sendSealed(namedTlv("DISCONNECT"));
    alice.say("under the next");
    relay.run(1_000);
    assertEquals(bob.heard(), [
      "{GROUP_KEY 3, SENDER_ID bob}",
      "group 2 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE of 60000 bytes}",
      "group 2 {SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE waits}",
      "group 2 {NOTIFY_DISCONNECT carol}",
      "group 3 {SENDER_ID alice, RELAY_SEQUENCE 3, MESSAGE under the next}",
    ]);
  });
}

Deno.test("tick() sends who became a member later nothing that was said before, by unicast", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice", "bob");
  sayLong(relay, alice, 100_000);
  const carol = relay.joinGroup("carol");
  carol.forget();
  relay.run(1_000);
  assertEquals(carol.datagrams(), []);
});

Deno.test("tick() sends the sender of a long message none of its fragments, by unicast", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice", "bob");
  sayLong(relay, alice, 100_000);
  sayLong(relay, alice, 100_000);
  relay.run(1_000);
  assertEquals(alice.datagrams(), []);
});

Deno.test("tick() sends fragments by multicast at the pace of one outbox", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice] = settledMembers(relay, "alice", "bob", "carol");
  sayLong(relay, alice, 400_000);
  assertEquals(relay.sentToGroup.length, FRAGMENT_RATE.burst);
  relay.run(10);
  assertEquals(relay.sentToGroup.length, FRAGMENT_RATE.burst + 40);
});

Deno.test("tick() sends fragments to many members no faster than 64 datagrams a millisecond", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice");
  for (let index = 0; index < 200; index++) relay.joinGroup(`member-${index}`);
  relay.settle();
  relay.settle();
  const before = relay.stat("datagrams.out");
  sayLong(relay, alice, 100_000);
  assertEquals(relay.largestStep, 200, "at least one fragment at a time");
  relay.run(100);
  const sent = relay.stat("datagrams.out") - before;
  assert(sent >= 6_000 && sent <= 6_600, `sent ${sent} in 100 ms`);
});

Deno.test("receive() sends fragments again by unicast, to the member that asks alone", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
  const payload = sayLong(relay, alice, 20_000);
  relay.run(1_000);
  const sent = relay.sentToGroup;
  relay.sentToGroup = [];
  const { messageId } = fragmentOf(sent[0] ?? new Uint8Array());
  bob.forget();
  carol.forget();
  sendNack(bob, messageId, [1, 3, 3, 9_999]);
  relay.run(10);
  assertEquals(bob.datagrams(), [1, 3].flatMap((number) => sent[number] ?? []));
  assertEquals([carol.datagrams(), relay.sentToGroup], [[], []]);
  assertEquals([relay.stat("fragments.resent"), relay.stat("fragments.nacks_in")], [2, 1]);
  assertEquals(payload.byteLength, 20_000);
});

Deno.test("receive() sends fragments again under the key of their own epoch", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  sayLong(relay, alice, 20_000);
  relay.run(500);
  const sent = bob.datagrams();
  relay.joinGroup("carol");
  bob.forget();
  sendNack(bob, fragmentOf(sent[0] ?? new Uint8Array()).messageId, [2]);
  relay.run(10);
  assertEquals(bob.datagrams(), [sent[2] ?? new Uint8Array()]);
});

Deno.test("receive() sends fragments of one message again five times to each member", () => {
  const relay = groupRelay();
  const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
  sayLong(relay, alice, 20_000);
  relay.run(500);
  const { messageId } = fragmentOf(bob.datagrams()[0] ?? new Uint8Array());
  carol.forget();
  for (let round = 0; round <= MAX_REPAIRS; round++) {
    sendNack(bob, messageId, [round]);
    relay.run(10);
  }
  assertEquals(bob.datagrams().length, MAX_REPAIRS);
  sendNack(carol, messageId, [0]);
  relay.run(10);
  assertEquals(carol.datagrams().length, 1);
});

Deno.test("receive() sends none again that are still to leave, or are asked for too late", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  sayLong(relay, alice, 100_000);
  const { messageId } = fragmentOf(bob.datagrams()[0] ?? new Uint8Array());
  sendNack(bob, messageId, [100]);
  assertEquals(relay.stat("fragments.resent"), 0);
  relay.run(6_000);
  sendNack(bob, messageId, [1]);
  assertEquals(relay.stat("fragments.resent"), 0);
});

Deno.test("receive() sends no fragments of the group to who is no member", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  const carol = relay.join("carol");
  sayLong(relay, alice, 20_000);
  relay.run(500);
  const groupId = fragmentOf(bob.datagrams().at(-1) ?? new Uint8Array()).messageId;
  carol.forget();
  sendNack(carol, groupId, [0]);
  relay.run(10);
  assertEquals(carol.datagrams(), []);
});

Deno.test("receive() neither repeats nor gives up for lost what has yet to leave for the group", () => {
  const relay = groupRelay({ historyMessages: 1 });
  const [alice] = settledMembers(relay, "alice");
  const bob = relay.stranger();
  bob.registerInGroup("bob", Feature.GROUP_DELIVERY | Feature.RELIABLE_DELIVERY);
  relay.settle(alice, bob);
  alice.say("first");
  sayLong(relay, alice, 60_000);
  alice.say("third");
  bob.forget();
  bob.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(bob.heard(), ["{KEEP_ALIVE_REPLY 1, GROUP_KEY 2, SENDER_ID bob}"]);
  nack(bob, [1n, 3n]);
  relay.run(1_000);
  assertEquals(bob.heard(), [
    "{LOST 1-1}",
    "group 2 {SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE of 60000 bytes}",
    "group 2 {SENDER_ID alice, RELAY_SEQUENCE 3, MESSAGE third}",
  ]);
  assertEquals(relay.stat("reliable.resent"), 0);
  bob.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(bob.heard(), ["{KEEP_ALIVE_REPLY 3, GROUP_KEY 2, SENDER_ID bob}"]);
});
