import { assertEquals } from "@std/assert";
import { EPOCH_GATHER_MS } from "../../src/relay/group_changes.ts";
import { MAX_KEYS_AT_ONCE } from "../../src/relay/group_keys.ts";
import { AdmissionTokens } from "../../src/session/admission_tokens.ts";
import { Feature } from "../../src/wire/features.ts";
import { HOLD_MS } from "../../src/relay/intake_pool.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import { groupRelay, settledMembers } from "../support/group_world.ts";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";
import { setTokens } from "../support/token_clients.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";

Deno.test("receive() grants group delivery to who asks, and gives it the key at once", () => {
  const relay = groupRelay();
  const alice = relay.joinGroup("alice");
  assertEquals(alice.accepted?.features, Feature.GROUP_DELIVERY);
  assertEquals(alice.heard(), [ACCEPTED, "{GROUP_KEY 1, SENDER_ID alice}"]);
  assertEquals(alice.group.address, undefined);
});

Deno.test("receive() grants it beside reliable delivery", () => {
  const relay = groupRelay();
  const alice = relay.stranger();
  alice.registerInGroup("alice", Feature.GROUP_DELIVERY | Feature.RELIABLE_DELIVERY);
  assertEquals(alice.accepted?.features, Feature.GROUP_DELIVERY | Feature.RELIABLE_DELIVERY);
});

Deno.test("receive() grants no group delivery when it is off, and gives no key", () => {
  const relay = new RelayHarness();
  const alice = relay.joinGroup("alice");
  assertEquals(alice.accepted?.features, 0);
  relay.run(2_000);
  assertEquals(alice.heard(), [ACCEPTED]);
});

Deno.test("receive() gives no key to who does not ask for group delivery", () => {
  const relay = groupRelay();
  const [alice, bob] = [relay.join("alice"), relay.joinReliable("bob")];
  relay.run(2_000);
  assertEquals([alice.accepted?.features, bob.accepted?.features], [0, Feature.RELIABLE_DELIVERY]);
  assertEquals([alice.group.newestEpoch, bob.group.newestEpoch], [0, 0]);
  assertEquals(relay.stat("group.epoch"), 0);
});

Deno.test("receive() serves a newcomer one by one until it has a key", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  relay.joinGroup("early");
  const carol = relay.joinGroup("carol");
  alice.say("before");
  assertEquals(carol.heard(), [ACCEPTED, "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE before}"]);
  relay.run(EPOCH_GATHER_MS);
  carol.forget();
  bob.forget();
  alice.say("after");
  assertEquals(carol.heard(), ["group 4 {SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE after}"]);
  assertEquals(bob.heard(), ["group 4 {SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE after}"]);
});

Deno.test("receive() gives a newcomer no key that opens what was said before", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  alice.say("secret");
  const [recorded] = bob.datagrams();
  const carol = relay.joinGroup("carol");
  relay.run(2_000);
  carol.forget();
  carol.accept(recorded ?? new Uint8Array());
  assertEquals(carol.heard(), ["group 2 {unreadable}"]);
});

Deno.test("tick() changes the key within a second after a member has left", () => {
  const relay = groupRelay();
  const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
  carol.sendSealed(namedTlv("DISCONNECT"));
  assertEquals(bob.heard(), ["group 2 {NOTIFY_DISCONNECT carol}", "{GROUP_KEY 3, SENDER_ID bob}"]);
  alice.say("hi");
  carol.accept(bob.datagrams()[0] ?? new Uint8Array());
  assertEquals(carol.heard(), ["group 3 {unreadable}"]);
});

Deno.test("tick() gathers leaves that follow a change for a second", () => {
  const relay = groupRelay();
  const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
  relay.joinGroup("dave");
  bob.sendSealed(namedTlv("DISCONNECT"));
  carol.sendSealed(namedTlv("DISCONNECT"));
  relay.run(EPOCH_GATHER_MS - 1);
  assertEquals(relay.stat("group.epoch"), 3);
  relay.run(1);
  assertEquals(relay.stat("group.epoch"), 4);
  assertEquals(alice.group.newestEpoch, 4);
  assertEquals(carol.group.newestEpoch, 3, "it was still there at the first change");
});

Deno.test("tick() changes the key when a member has timed out", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice", "bob");
  relay.run(30_000);
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  relay.run(30_000);
  assertEquals([relay.stat("clients"), relay.stat("group.members")], [1, 1]);
  assertEquals(alice.group.newestEpoch, 3);
});

for (
  const { name, removal } of [
    {
      name: "kick()",
      removal: (relay: RelayHarness) => relay.core.kick("carol", "", relay.clock.now) ?? [],
    },
    {
      name: "ban()",
      removal: (relay: RelayHarness) => relay.core.ban("carol", undefined, relay.clock.now).effects,
    },
  ]
) {
  Deno.test(`${name} changes the key at once, so that nothing that follows can be read`, () => {
    const relay = groupRelay();
    const [alice, bob, carol] = settledMembers(relay, "alice", "bob", "carol");
    relay.joinGroup("dave");
    relay.run(300);
    for (const client of [bob, carol]) client.forget();
    relay.carryOut(removal(relay));
    assertEquals(bob.heard(), [
      "group 3 {NOTIFY_DISCONNECT carol}",
      "{GROUP_KEY 4, SENDER_ID bob}",
    ]);
    alice.say("hi");
    carol.forget();
    carol.accept(bob.datagrams()[0] ?? new Uint8Array());
    assertEquals(carol.heard(), ["group 4 {unreadable}"]);
  });
}

Deno.test("setAuthTokens() changes the key once and at once for all that it puts out", () => {
  const [kept, gone] = [admissionToken("kept token", "kept"), admissionToken("gone token", "gone")];
  const relay = groupRelay({ authTokens: new AdmissionTokens([kept, gone]) });
  const clients = ["kept token", "gone token", "gone token"].map((token) => {
    const client = relay.stranger();
    const hello = [...helloTlvs(undefined, Feature.GROUP_DELIVERY), namedTlv("AUTH_TOKEN", token)];
    client.sendDatagram(client.registration(hello));
    return client;
  });
  relay.settle(...clients);
  setTokens(relay, kept);
  assertEquals(clients.map(({ group }) => group.newestEpoch), [3, 2, 2]);
  assertEquals([relay.stat("group.members"), relay.stat("group.epoch")], [1, 3]);
});

Deno.test("tick() lets nothing be read that is said in the step in which a token expires", () => {
  const expiresUnixMs = 1_700_000_000_000 + 40_000;
  const [lasting, ending] = [
    admissionToken("lasting token", "lasting"),
    admissionToken("ending token", "ending", expiresUnixMs),
  ];
  const relay = groupRelay({ authTokens: new AdmissionTokens([lasting, ending]) });
  const enter = (token: string, features: number) => {
    const client = relay.stranger();
    const hello = [...helloTlvs(undefined, features), namedTlv("AUTH_TOKEN", token)];
    client.sendDatagram(client.registration(hello));
    return client;
  };
  const [sender, reader] = [Feature.RELIABLE_DELIVERY, Feature.GROUP_DELIVERY].map((features) =>
    enter("lasting token", features)
  );
  const gone = enter("ending token", Feature.GROUP_DELIVERY);
  relay.run(40_000 - HOLD_MS);
  // Waits for the number before it until the very moment at which the token expires.
  sender?.say("late", 2n);
  relay.run(HOLD_MS - 2_000);
  for (const client of [sender, reader]) client?.sendOuter(namedTlv("KEEP_ALIVE"));
  reader?.forget();
  gone.forget();
  relay.run(2_000);
  const heard = reader?.heard() ?? [];
  assertEquals(heard.filter((line) => line.includes("late")).length, 1);
  assertEquals(heard.at(-1)?.startsWith("group 3 "), true);
  assertEquals(gone.heard(), ["{DISCONNECT admission token expired}"]);
});

Deno.test("kick() of a client without a key changes no key", () => {
  const relay = groupRelay();
  settledMembers(relay, "alice");
  relay.join("bob");
  relay.carryOut(relay.core.kick("bob", "", relay.clock.now) ?? []);
  relay.run(2_000);
  assertEquals(relay.stat("group.epoch"), 1);
});

Deno.test("shutdown() tells members one by one, and changes no key", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  relay.carryOut(relay.core.shutdown("restart", relay.clock.now));
  assertEquals([alice.heard(), bob.heard()], [["{DISCONNECT restart}"], ["{DISCONNECT restart}"]]);
  assertEquals(relay.stat("group.epoch"), 0);
  assertEquals(relay.stat("group.members"), 0);
});

Deno.test("receive() begins the group anew when it was empty, under the next number", () => {
  const relay = groupRelay();
  const [alice] = settledMembers(relay, "alice");
  alice.sendSealed(namedTlv("DISCONNECT"));
  relay.run(2_000);
  assertEquals(relay.stat("group.epoch"), 0);
  const bob = relay.joinGroup("bob");
  assertEquals(bob.group.newestEpoch, 2);
  assertEquals(relay.stat("group.members"), 1);
});

Deno.test("receive() takes a member that registers anew as a newcomer", () => {
  const relay = groupRelay();
  const [alice, bob] = settledMembers(relay, "alice", "bob");
  bob.registerInGroup("bob");
  assertEquals(relay.stat("group.members"), 2);
  alice.say("hi");
  assertEquals(bob.heard(), [
    ACCEPTED,
    "{GROUP_KEY 3, SENDER_ID bob}",
    "group 3 {SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}",
  ]);
});

Deno.test("nextDeadline() minds a newcomer that was left out of a change that has just ended", () => {
  const relay = groupRelay();
  const members = Array.from(
    { length: MAX_KEYS_AT_ONCE + 1 },
    (_, index) => relay.joinGroup(`member-${index}`),
  );
  relay.settle();
  relay.settle();
  const epoch = relay.stat("group.epoch");
  relay.joinGroup("extra");
  relay.run(EPOCH_GATHER_MS / 2);
  members[7]?.sendSealed(namedTlv("DISCONNECT"));
  relay.run(EPOCH_GATHER_MS / 2);
  const having = members.filter(({ group }) => group.newestEpoch === epoch + 2);
  assertEquals(having.length, MAX_KEYS_AT_ONCE);
  const late = relay.joinGroup("late");
  relay.clock.advance(1);
  members[0]?.say("ends the change");
  assertEquals(relay.stat("group.epoch"), epoch + 2);
  relay.run(EPOCH_GATHER_MS);
  assertEquals(late.group.newestEpoch, epoch + 3);
});
