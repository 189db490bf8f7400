import { assertEquals } from "@std/assert";
import { ARRIVAL_MS } from "../../src/relay/group_arrivals.ts";
import { EPOCH_GATHER_MS } from "../../src/relay/group_changes.ts";
import { Feature } from "../../src/wire/features.ts";
import { BY_MULTICAST, BY_UNICAST, groupRelay, settledMembers } from "../support/group_world.ts";
import { nack } from "../support/history_talk.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { RelayHarness } from "../support/relay_harness.ts";

/** What of the lines that a client heard has the text in it. */
function linesWith(client: HarnessClient, text: string): string[] {
  return client.heard().filter((line) => line.includes(text));
}

/** A group of two by multicast, and one who becomes a member at this moment. */
function meeting(): [RelayHarness, HarnessClient, HarnessClient, HarnessClient] {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  const carol = relay.joinGroup("carol");
  assertEquals([carol.group.newestEpoch, relay.stat("group.members")], [3, 3]);
  for (const client of [alice, bob, carol]) client.forget();
  relay.sentToGroup = [];
  return [relay, alice, bob, carol];
}

Deno.test("receive() sends who may still be joining the group messages one by one as well", () => {
  const [relay, alice, bob, carol] = meeting();
  alice.say("hi");
  const hi = "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}";
  assertEquals(carol.heard().toSorted(), [`group 3 ${hi}`, hi]);
  assertEquals([bob.heard(), relay.sentToGroup.length], [[`group 3 ${hi}`], 1]);
  relay.run(ARRIVAL_MS - 1);
  alice.say("ho");
  assertEquals(linesWith(carol, "ho").length, 2);
  relay.run(1);
  alice.say("now");
  assertEquals(linesWith(carol, "now"), [
    "group 3 {SENDER_ID alice, RELAY_SEQUENCE 3, MESSAGE now}",
  ]);
});

Deno.test("receive() counts what comes to someone both ways once", () => {
  const [relay, alice, , carol] = meeting();
  alice.say("12345");
  carol.say("123");
  assertEquals([relay.stat("messages.out"), relay.stat("messages.bytes_out")], [4, 16]);
  assertEquals(relay.stat("group.messages"), 2);
  const counts = relay.core.clients(relay.clock.now).map((it) => [it.messagesOut, it.bytesOut]);
  assertEquals(counts, [[1, 3], [2, 8], [1, 5]]);
});

Deno.test("receive() sends who has spoken itself no second copy either", () => {
  const [, alice, , carol] = meeting();
  carol.say("hi");
  const hi = "group 3 {SENDER_ID carol, RELAY_SEQUENCE 1, MESSAGE hi}";
  assertEquals([carol.heard(), alice.heard()], [[hi], [hi]]);
});

Deno.test("receive() tells who may still be joining the group of joins by the group alone", () => {
  const [relay, , , carol] = meeting();
  relay.join("dave");
  relay.run(ARRIVAL_MS);
  assertEquals(linesWith(carol, "dave"), ["group 3 {NOTIFY_CONNECT dave}"]);
});

Deno.test("receive() sends no second copy to who has left, and none by unicast", () => {
  const [relay, alice, , carol] = meeting();
  carol.sendSealed(namedTlv("DISCONNECT"));
  const before = relay.stat("datagrams.out");
  alice.say("hi");
  assertEquals(relay.stat("datagrams.out") - before, 1);
  const other = groupRelay({ groupDelivery: BY_UNICAST });
  const [dave] = settledMembers(other, "dave");
  const erin = other.joinGroup("erin");
  erin.forget();
  dave.say("hi");
  assertEquals(erin.heard().length, 1);
});

Deno.test("receive() sends no second copy to a member for a new key alone", () => {
  const [relay, alice, bob, carol] = meeting();
  relay.run(EPOCH_GATHER_MS);
  relay.carryOut(relay.core.kick("carol", "", relay.clock.now) ?? []);
  bob.forget();
  alice.say("hi");
  assertEquals(bob.heard(), ["group 4 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
  assertEquals(carol.group.newestEpoch, 3);
});

Deno.test("receive() sends long messages both ways, and answers a NACK once more", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice] = settledMembers(relay, "alice");
  const carol = relay.stranger();
  carol.registerInGroup("carol", Feature.GROUP_DELIVERY | Feature.RELIABLE_DELIVERY);
  carol.forget();
  for (const datagram of alice.fragments(new Uint8Array(20_000))) alice.sendDatagram(datagram);
  relay.run(1_000);
  assertEquals(carol.payloads().map(({ byteLength }) => byteLength), [20_000, 20_000]);
  nack(carol, [1n, 1n]);
  relay.run(1_000);
  // The same fragments again: those that came before still count.
  assertEquals([carol.datagrams().length, relay.stat("reliable.resent")], [23, 1]);
});
