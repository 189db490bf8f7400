import { assertEquals } from "@std/assert";
import { MAX_QUEUED_MESSAGES } from "../../src/session/outbox.ts";
import { Feature } from "../../src/wire/features.ts";
import { BOTH_WAYS, BY_MULTICAST, groupRelay, settledMembers } from "../support/group_world.ts";
import { nack } from "../support/history_talk.ts";
import { namedTlv } from "../support/named_tlv.ts";

const HI = "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}";

Deno.test("receive() sends the same bytes to each member but the sender, by unicast", () => {
  const relay = groupRelay();
  const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
  alice.say("hi");
  const [toBob, toCarol] = [bob.datagrams(), carol.datagrams()];
  assertEquals(toBob.length, 1);
  assertEquals(toBob, toCarol);
  assertEquals(alice.heard(), []);
  assertEquals(relay.sentToGroup, []);
});

Deno.test("receive() sends a message once for all members, by multicast", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
  assertEquals(bob.group.address, BY_MULTICAST.mode === "multicast" && BY_MULTICAST.address);
  alice.say("hi");
  assertEquals([relay.sentToGroup.length, relay.largestStep], [1, 1]);
  assertEquals([bob.heard(), carol.heard()], [[`group 2 ${HI}`], [`group 2 ${HI}`]]);
});

Deno.test("receive() sends nothing to a group whose only member has spoken", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice] = settledMembers(relay, "alice");
  alice.say("hi");
  assertEquals([relay.sentToGroup.length, relay.stat("deliveries")], [0, 0]);
});

for (const groupDelivery of BOTH_WAYS) {
  const { mode } = groupDelivery;

  Deno.test(`receive() serves members and others at the same time, by ${mode}`, () => {
    const relay = groupRelay({ groupDelivery });
    const [alice, bob] = settledMembers(relay, "alice", "bob");
    const [carol, dave] = [relay.join("carol"), relay.joinReliable("dave")];
    relay.settle(alice, bob, carol, dave);
    alice.say("hi");
    carol.say("ho");
    const ho = "{SENDER_ID carol, RELAY_SEQUENCE 2, MESSAGE ho}";
    assertEquals(bob.heard(), [`group 2 ${HI}`, `group 2 ${ho}`]);
    assertEquals(carol.heard(), [HI]);
    assertEquals(dave.heard(), [HI, ho]);
  });

  Deno.test(`receive() counts exactly what each client had of a group, by ${mode}`, () => {
    const relay = groupRelay({ groupDelivery });
    const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
    const dave = relay.join("dave");
    relay.settle();
    alice.say("12345");
    alice.say("123");
    bob.say("1");
    dave.say("12");
    assertEquals([relay.stat("messages.out"), relay.stat("messages.bytes_out")], [12, 33]);
    assertEquals(relay.stat("group.messages"), 4);
    relay.reported = [];
    carol.sendSealed(namedTlv("DISCONNECT"));
    const removed = relay.reported.flatMap((effect) =>
      effect.type === "client_removed" ? [effect.client] : []
    );
    const summaries = [...relay.core.clients(relay.clock.now), ...removed]
      .map(({ id, messagesOut, bytesOut }) => [id, messagesOut, bytesOut]);
    assertEquals(summaries, [
      ["alice", 2, 3],
      ["bob", 3, 10],
      ["dave", 3, 9],
      ["carol", 4, 11],
    ]);
    assertEquals(relay.core.client("bob", relay.clock.now)?.messagesOut, 3);
  });
}

Deno.test("clients() counts what came one by one and what came by the group together", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice");
  relay.joinGroup("bob");
  relay.joinGroup("carol");
  alice.say("one by one");
  relay.settle();
  alice.say("by the group");
  assertEquals(relay.core.client("carol", relay.clock.now)?.messagesOut, 2);
  assertEquals(relay.core.client("alice", relay.clock.now)?.messagesOut, 0);
});

Deno.test("receive() tells members of joins and leaves by one message of the group", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  const carol = relay.join("carol");
  relay.join("dave");
  carol.sendSealed(namedTlv("DISCONNECT"));
  relay.run(1_000);
  assertEquals(relay.sentToGroup.length, 2);
  const told = [
    "group 2 {NOTIFY_CONNECT carol}",
    "group 2 {NOTIFY_CONNECT dave, NOTIFY_DISCONNECT carol}",
  ];
  assertEquals([alice.heard(), bob.heard()], [told, told]);
});

Deno.test("receive() tells members that a client joined before they hear it", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  relay.join("carol");
  const dave = relay.join("dave");
  bob.forget();
  dave.say("hi");
  assertEquals(bob.heard(), [
    "group 2 {NOTIFY_CONNECT dave}",
    "group 2 {SENDER_ID dave, RELAY_SEQUENCE 1, MESSAGE hi}",
  ]);
  assertEquals(alice.heard().length, 3);
});

Deno.test("tick() tells gathered notices under the key of before, when the epoch changes", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice", "bob");
  relay.join("early");
  relay.run(100);
  alice.forget();
  relay.joinGroup("carol");
  assertEquals(alice.heard(), ["group 2 {NOTIFY_CONNECT carol}", "{GROUP_KEY 3, SENDER_ID alice}"]);
});

Deno.test("broadcast() and kick() speak to each member under its own key", () => {
  const relay = groupRelay({ groupDelivery: BY_MULTICAST });
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  relay.carryOut(relay.core.broadcast("soon down", relay.clock.now));
  relay.carryOut(relay.core.kick("bob", "go", relay.clock.now) ?? []);
  assertEquals(bob.heard(), [
    "{SERVER_NOTICE soon down}",
    "{DISCONNECT go}",
    "group 2 {NOTIFY_DISCONNECT bob}",
  ]);
  assertEquals(alice.heard()[0], "{SERVER_NOTICE soon down}");
});

Deno.test("receive() answers a NACK of a member one by one, under its own key", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice");
  const bob = relay.stranger();
  bob.registerInGroup("bob", Feature.GROUP_DELIVERY | Feature.RELIABLE_DELIVERY);
  relay.settle(alice, bob);
  relay.settle(alice, bob);
  relay.loses = () => relay.stat("group.messages") === 1;
  alice.say("hi");
  relay.loses = () => false;
  nack(bob, [1n, 1n]);
  relay.run(10);
  assertEquals(bob.heard().at(-1), HI);
  assertEquals(alice.heard(), []);
});

Deno.test("receive() drops what the group's queue has no room for, and counts it for each", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice", "bob", "carol");
  for (const datagram of alice.fragments(new Uint8Array(60_000))) alice.sendDatagram(datagram);
  for (let count = 0; count <= MAX_QUEUED_MESSAGES; count++) alice.say("hi");
  assertEquals(relay.drops(), { send_queue_full: 2 });
  assertEquals(relay.stat("deliveries"), 2 * (1 + MAX_QUEUED_MESSAGES));
});
