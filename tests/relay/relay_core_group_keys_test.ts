import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { EPOCH_GATHER_MS } from "../../src/relay/group_changes.ts";
import { MAX_KEYS_AT_ONCE } from "../../src/relay/group_keys.ts";
import { Feature } from "../../src/wire/features.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { BY_MULTICAST, groupRelay, settledMembers } from "../support/group_world.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import type { RelayHarness } from "../support/relay_harness.ts";

/** Lets many members join, the last of whom have their keys. */
function crowd(relay: RelayHarness, count: number): HarnessClient[] {
  const members = Array.from({ length: count }, (_, index) => relay.joinGroup(`member-${index}`));
  relay.settle();
  relay.settle(...members);
  return members;
}

Deno.test("tick() makes one change of ten joins within a second", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice");
  for (let index = 0; index < 10; index++) {
    relay.joinGroup(`member-${index}`);
    relay.run(90);
  }
  assertEquals(relay.stat("group.epoch"), 2, "the first one was not waited with");
  relay.run(1_000);
  assertEquals(relay.stat("group.epoch"), 3);
  assertEquals(relay.stat("group.members"), 11);
  assertEquals(alice.group.newestEpoch, 3);
});

Deno.test("receive() changes the key at once after a quiet second", () => {
  const relay = groupRelay();
  settledMembers(relay, "alice");
  relay.joinGroup("bob");
  relay.run(EPOCH_GATHER_MS);
  const carol = relay.joinGroup("carol");
  assertEquals(carol.group.newestEpoch, 3);
});

Deno.test("tick() makes each key anew", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice", "bob");
  const keys = [1, 2, 3].map(() => {
    relay.joinGroup(`member-${relay.stat("clients")}`);
    relay.run(EPOCH_GATHER_MS);
    alice.forget();
    relay.join(`other-${relay.stat("clients")}`);
    return alice.datagrams()[0] ?? new Uint8Array();
  });
  const reader = relay.stranger();
  reader.register();
  relay.run(1);
  reader.forget();
  for (const datagram of keys) reader.accept(datagram);
  assertEquals(reader.heard().every((line) => line.endsWith("{unreadable}")), true);
  assertNotEquals(keys[0], keys[1]);
});

Deno.test("tick() gives out 64 keys a millisecond, and uses the key when all have it", () => {
  const relay = groupRelay();
  const members = crowd(relay, 150);
  const [first, last] = [members[0], members.at(-1)];
  assert(first !== undefined && last !== undefined);
  const epoch = relay.stat("group.epoch");
  const newcomer = relay.joinGroup("newcomer");
  const having = () => members.filter(({ group }) => group.newestEpoch > epoch).length;
  assertEquals(having(), MAX_KEYS_AT_ONCE);
  last.forget();
  first.say("early");
  assertEquals(last.heard(), [
    `group ${epoch} {SENDER_ID member-0, RELAY_SEQUENCE 1, MESSAGE early}`,
  ]);
  assertEquals(newcomer.heard().at(-1), "{SENDER_ID member-0, RELAY_SEQUENCE 1, MESSAGE early}");
  relay.run(1);
  assertEquals(having(), 2 * MAX_KEYS_AT_ONCE);
  relay.run(1);
  assertEquals(having(), 150);
  last.forget();
  first.say("late");
  const late = `group ${epoch + 1} {SENDER_ID member-0, RELAY_SEQUENCE 2, MESSAGE late}`;
  assertEquals([last.heard(), newcomer.heard().at(-1)], [[late], late]);
});

Deno.test("kick() uses the key at once, though it is given out 64 a millisecond", () => {
  const relay = groupRelay();
  const members = crowd(relay, 150);
  const [first, last] = [members[0], members.at(-1)];
  assert(first !== undefined && last !== undefined);
  const epoch = relay.stat("group.epoch");
  relay.carryOut(relay.core.kick("member-7", "", relay.clock.now) ?? []);
  assertEquals(relay.stat("group.epoch"), epoch + 1);
  last.forget();
  first.say("hi");
  assertEquals(last.heard(), [`group ${epoch + 1} {unreadable}`], "its key is still to come");
  relay.run(2);
  assertEquals(last.heard(), [`{GROUP_KEY ${epoch + 1}, SENDER_ID member-149}`]);
});

Deno.test("kick() while keys are given out takes another key than they", () => {
  const relay = groupRelay();
  const members = crowd(relay, 150);
  const epoch = relay.stat("group.epoch");
  const newcomer = relay.joinGroup("newcomer");
  relay.carryOut(relay.core.kick("member-0", "", relay.clock.now) ?? []);
  assertEquals(relay.stat("group.epoch"), epoch + 2);
  relay.run(10);
  const [kicked, ...others] = members;
  assertEquals(kicked?.group.newestEpoch, epoch + 1);
  const epochs = new Set(others.map(({ group }) => group.newestEpoch));
  assertEquals([[...epochs], relay.stat("group.members")], [[epoch + 2], 149]);
  relay.run(EPOCH_GATHER_MS);
  assertEquals([newcomer.group.newestEpoch, relay.stat("group.members")], [epoch + 3, 150]);
});

Deno.test("receive() lets a client that registers while keys are given out wait for the next", () => {
  const relay = groupRelay();
  crowd(relay, 150);
  const epoch = relay.stat("group.epoch");
  relay.joinGroup("first");
  const second = relay.joinGroup("second");
  relay.run(500);
  assertEquals([second.group.newestEpoch, relay.stat("group.members")], [0, 151]);
  relay.run(500);
  relay.run(10);
  assertEquals([second.group.newestEpoch, relay.stat("group.members")], [epoch + 2, 152]);
});

Deno.test("receive() answers a KEEP_ALIVE of a member with the key as well", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  bob.group.forgetKeys();
  alice.say("hi");
  assertEquals(bob.heard(), ["group 2 {unreadable}"]);
  bob.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(bob.heard(), ["{KEEP_ALIVE_REPLY 1, GROUP_KEY 2, SENDER_ID bob}"]);
  alice.say("ho");
  assertEquals(bob.heard(), ["group 2 {SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE ho}"]);
});

Deno.test("receive() answers a KEEP_ALIVE of a newcomer without a key", () => {
  const relay = groupRelay();
  settledMembers(relay, "alice");
  relay.joinGroup("bob");
  const carol = relay.joinGroup("carol");
  carol.forget();
  carol.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(carol.heard(), ["{KEEP_ALIVE_REPLY 0}"]);
});

Deno.test("receive() repeats a key that was lost on the way to a newcomer", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice] = settledMembers(relay, "alice");
  relay.loses = () => relay.stat("group.keys") > 1;
  const bob = relay.joinGroup("bob");
  relay.loses = () => false;
  relay.run(1_000);
  assertEquals([bob.group.newestEpoch, relay.stat("group.members")], [0, 2]);
  bob.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(bob.group.newestEpoch, 2);
  bob.forget();
  alice.say("hi");
  assertEquals(bob.heard(), ["group 2 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
});

Deno.test("receive() tells a member its new id with the key, when it roams", () => {
  const relay = groupRelay();
  settledMembers(relay, "alice");
  const bob = relay.stranger();
  bob.registerInGroup();
  relay.settle(bob);
  const former = bob.address;
  relay.relocate(bob);
  bob.sendRoaming(namedTlv("CLIENT_SEQUENCE", encodeU64(1n)));
  relay.run(1_000);
  assertEquals(
    bob.heard().toSorted(),
    [
      `group 2 {NOTIFY_DISCONNECT ${former}, NOTIFY_CONNECT ${bob.address}}`,
      `{GROUP_KEY 2, SENDER_ID ${bob.address}}`,
    ].toSorted(),
  );
  assertEquals(relay.stat("group.epoch"), 2, "the same client has the same key");
});

Deno.test("receive() reaches a member at its new address, under the same name", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  relay.relocate(bob);
  bob.sendRoaming(namedTlv("CLIENT_SEQUENCE", encodeU64(1n)));
  alice.say("hi");
  assertEquals(bob.heard(), ["group 2 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
});

Deno.test("statistics() counts epochs, members and keys", () => {
  const relay = groupRelay();
  settledMembers(relay, "alice", "bob");
  const counts = ["epoch", "members", "keys", "messages"].map((name) =>
    relay.stat(`group.${name}`)
  );
  assertEquals(counts, [2, 2, 3, 0]);
});

Deno.test("receive() keeps the features of a group member apart from reliable delivery", () => {
  const relay = groupRelay();
  const alice = relay.stranger();
  alice.registerInGroup("alice", Feature.GROUP_DELIVERY | Feature.RELIABLE_DELIVERY);
  const bob = relay.joinGroup("bob");
  relay.settle(alice, bob);
  relay.settle(alice, bob);
  alice.say("hi", 1n);
  assertEquals(alice.heard(), ["{ACK 1 1}"]);
  assertEquals(bob.heard(), ["group 2 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
});
