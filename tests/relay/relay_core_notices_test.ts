import { assert, assertEquals } from "@std/assert";
import { NOTICE_GATHER_MS } from "../../src/session/notice_board.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";

Deno.test("receive() tells all others of the first join at once, and never the one who joined", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.stranger()];
  bob.register();
  relay.settle(alice, bob);
  const carol = relay.join("carol");
  assertEquals(alice.heard(), ["{NOTIFY_CONNECT carol}"]);
  assertEquals(bob.heard(), ["{NOTIFY_CONNECT carol}"]);
  relay.run(1_000);
  assertEquals(carol.heard(), [ACCEPTED]);
});

Deno.test("tick() gathers what follows within 250 ms into one token", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.settle(alice);
  const bob = relay.join("bob");
  assertEquals(alice.heard(), ["{NOTIFY_CONNECT bob}"]);
  relay.join("carol");
  bob.sendSealed(namedTlv("DISCONNECT"));
  relay.run(NOTICE_GATHER_MS - 1);
  assertEquals(alice.heard(), []);
  relay.run(1);
  assertEquals(alice.heard(), ["{NOTIFY_CONNECT carol, NOTIFY_DISCONNECT bob}"]);
  relay.run(10_000);
  assertEquals(alice.heard(), []);
});

Deno.test("tick() tells a newcomer only what happened after it joined", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.settle(alice);
  const [bob, carol, dave] = [relay.join("bob"), relay.join("carol"), relay.join("dave")];
  relay.run(NOTICE_GATHER_MS);
  assertEquals(alice.heard(), [
    "{NOTIFY_CONNECT bob}",
    "{NOTIFY_CONNECT carol, NOTIFY_CONNECT dave}",
  ]);
  assertEquals(bob.heard(), [ACCEPTED, "{NOTIFY_CONNECT carol, NOTIFY_CONNECT dave}"]);
  assertEquals(carol.heard(), [ACCEPTED, "{NOTIFY_CONNECT dave}"]);
  assertEquals(dave.heard(), [ACCEPTED]);
});

Deno.test("receive() tells of a join that is still gathered before it relays the newcomer", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.settle(alice);
  const [bob, carol] = [relay.join("bob"), relay.join("carol")];
  carol.say("hi");
  const fromCarol = ["{NOTIFY_CONNECT carol}", "{SENDER_ID carol, RELAY_SEQUENCE 1, MESSAGE hi}"];
  assertEquals(alice.heard(), ["{NOTIFY_CONNECT bob}", ...fromCarol]);
  assertEquals(bob.heard(), [ACCEPTED, ...fromCarol]);
  relay.run(1_000);
  assertEquals([alice.heard(), carol.heard()], [[], [ACCEPTED]], "nothing is told twice");
});

Deno.test("receive() relays older clients at once while a join is gathered", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  relay.join("carol");
  relay.join("dave");
  bob.forget();
  alice.say("hi");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
});

Deno.test("receive() tells that a client left after its last message", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  alice.sendSealed(namedTlv("MESSAGE", "bye"), namedTlv("DISCONNECT"));
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE bye}",
    "{NOTIFY_DISCONNECT alice}",
  ]);
  assertEquals(alice.heard(), []);
});

Deno.test("receive() tells that a client left behind a long message that is still leaving", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  for (const datagram of alice.fragments(new Uint8Array(60_000))) alice.sendDatagram(datagram);
  alice.sendSealed(namedTlv("DISCONNECT"));
  assertEquals(bob.heard(), []);
  relay.run(1_000);
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE of 60000 bytes}",
    "{NOTIFY_DISCONNECT alice}",
  ]);
});

Deno.test("tick() tells a wave of 500 joins to each member in a few tokens", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  relay.settle(alice);
  const members = Array.from({ length: 500 }, (_, index) => {
    relay.run(1);
    return relay.join(`member-${index}`);
  });
  relay.settle();
  // As many in a token as a datagram holds, so that none is cut into fragments.
  for (const member of members) assert(member.heard().length <= 13);
  const tokens = alice.heard();
  assert(tokens.length <= 12, `got ${tokens.length} tokens`);
  const joined = tokens.join().match(/NOTIFY_CONNECT member-\d+/g);
  assertEquals(joined, members.map((_, index) => `NOTIFY_CONNECT member-${index}`));
});
