import { assert, assertEquals } from "@std/assert";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";
import {
  addressOf,
  alicesWorld,
  sequenceTlv,
  sessionIdTlv,
  tokenTlv,
} from "../support/roaming_world.ts";

Deno.test("receive() moves a session to where an authentic, newest datagram comes from", () => {
  const { relay, alice, bob } = alicesWorld();
  const from = alice.address;
  relay.relocate(alice);
  alice.sendRoaming(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), ["{ACK 2 0}", "{KEEP_ALIVE_REPLY 1}"]);
  bob.say("hi");
  assertEquals(alice.heard(), ["{SENDER_ID bob, RELAY_SEQUENCE 2, MESSAGE hi}"]);
  assertEquals(relay.core.client(from, relay.clock.now), undefined);
  assertEquals(addressOf(relay, alice.sessionId), alice.address);
  assertEquals([relay.stat("registrations.moved"), relay.stat("clients")], [1, 2]);
  assertEquals(relay.drops(), {});
  const [moved, ...others] = relay.reported;
  assert(moved?.type === "client_moved");
  assertEquals([moved.from, moved.client.address, moved.client.id], [from, alice.address, "alice"]);
  assertEquals(others, []);
});

Deno.test("receive() relays a message that comes with the move", () => {
  const { relay, alice, bob } = alicesWorld();
  relay.relocate(alice);
  alice.sendRoaming(sequenceTlv(2n), namedTlv("MESSAGE", "two"));
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE two}"]);
  assertEquals(alice.heard(), ["{ACK 2 2}"]);
  alice.say("three", 3n);
  assertEquals(alice.heard(), ["{ACK 3 3}"]);
});

Deno.test("receive() moves a session without reliable delivery, too", () => {
  const { relay, alice, bob } = alicesWorld();
  relay.relocate(bob);
  bob.sendRoaming(sequenceTlv(1n), namedTlv("KEEP_ALIVE"));
  assertEquals(bob.heard(), ["{KEEP_ALIVE_REPLY 1}"]);
  alice.say("hi", 2n);
  assertEquals(bob.payloads().length, 1);
});

Deno.test("receive() moves a session again and again, and back", () => {
  const { relay, alice, bob } = alicesWorld();
  const home = alice.endpoint;
  for (let sequence = 2n; sequence < 12n; sequence++) {
    if (sequence === 11n) alice.endpoint = home;
    else relay.relocate(alice);
    relay.add(alice);
    alice.sendRoaming(sequenceTlv(sequence), namedTlv("KEEP_ALIVE"));
  }
  assertEquals(addressOf(relay, "alice"), alice.address);
  assertEquals([relay.stat("registrations.moved"), relay.stat("clients")], [10, 2]);
  alice.forget();
  bob.say("hi");
  assertEquals(alice.payloads().length, 1);
});

Deno.test("receive() moves a session by a number that is ahead of missing ones", () => {
  const { relay, alice, bob } = alicesWorld();
  alice.say("three", 3n);
  relay.relocate(alice);
  alice.sendRoaming(sequenceTlv(4n), namedTlv("KEEP_ALIVE"));
  alice.say("two", 2n);
  assertEquals(alice.heard(), ["{ACK 4 0}", "{KEEP_ALIVE_REPLY 1}", "{ACK 2 2}", "{ACK 3 3}"]);
  assertEquals(bob.payloads().length, 2, "what waited moves along");
});

Deno.test("receive() sends what waits for a client to where it is now", () => {
  const { relay, alice, bob } = alicesWorld();
  for (const datagram of bob.fragments(new Uint8Array(100_000))) bob.sendDatagram(datagram);
  relay.relocate(alice);
  alice.forget();
  alice.sendRoaming(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
  relay.run(100);
  assert(alice.datagrams().length > 50);
});

Deno.test("receive() counts the move as a sign of life", () => {
  const { relay, alice } = alicesWorld();
  relay.run(50_000);
  relay.relocate(alice);
  alice.sendRoaming(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
  relay.run(50_000);
  assertEquals(addressOf(relay, "alice"), alice.address);
});

Deno.test("receive() tells the others of a client without a name under its new address", () => {
  const relay = new RelayHarness();
  const [bob, nameless] = [relay.join("bob"), relay.stranger()];
  nameless.registerReliable();
  relay.settle(bob, nameless);
  const before = nameless.address;
  relay.relocate(nameless);
  nameless.sendRoaming(sequenceTlv(1n), namedTlv("MESSAGE", "hi"));
  relay.run(1_000);
  assertEquals(bob.heard(), [
    `{NOTIFY_DISCONNECT ${before}, NOTIFY_CONNECT ${nameless.address}}`,
    `{SENDER_ID ${nameless.address}, RELAY_SEQUENCE 1, MESSAGE hi}`,
  ]);
  assertEquals(nameless.heard(), ["{ACK 1 1}"], "it is not told of itself");
  const [moved] = relay.reported;
  assert(moved?.type === "client_moved");
  assertEquals([moved.client.id, moved.from], [nameless.address, before]);
});

Deno.test("receive() tells a client that moves of those who joined just before", () => {
  const relay = new RelayHarness();
  const nameless = relay.stranger();
  nameless.registerReliable();
  relay.join("bob");
  relay.settle(nameless);
  relay.join("carol");
  relay.join("dave");
  relay.relocate(nameless);
  nameless.forget();
  nameless.sendRoaming(sequenceTlv(1n));
  relay.run(1_000);
  assertEquals(nameless.heard(), ["{NOTIFY_CONNECT dave}", "{ACK 1 0}"]);
});

Deno.test("receive() tells nobody of a client with a name that moves", () => {
  const { relay, alice, bob } = alicesWorld();
  relay.relocate(alice);
  alice.sendRoaming(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
  relay.run(1_000);
  assertEquals(bob.heard(), []);
});

Deno.test("receive() sends no goodbye of a client that has moved to its former address", () => {
  const { relay, alice, bob, mallory } = alicesWorld();
  mallory.endpoint = alice.endpoint;
  relay.relocate(alice);
  relay.add(mallory);
  alice.sendRoaming(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
  mallory.sendOuter(tokenTlv(alice, sequenceTlv(3n)));
  assertEquals(mallory.heard(), ["UNKNOWN_SESSION"]);
  alice.sendSealed(namedTlv("DISCONNECT"));
  relay.run(1_000);
  assertEquals([mallory.heard(), bob.heard()], [[], ["{NOTIFY_DISCONNECT alice}"]]);
});

Deno.test("receive() tells its shell of a move before it sends anything there", () => {
  const { relay, mallory } = alicesWorld();
  const carol = relay.stranger();
  carol.register();
  const datagram = encodeTlvs([sessionIdTlv(carol), tokenTlv(carol, sequenceTlv(1n))]);
  relay.stranger().register();
  const effects = relay.core.receive(datagram, mallory.endpoint, relay.clock.now);
  const firstSend = effects.findIndex((it) =>
    it.type === "send" && it.to.port === mallory.endpoint.port
  );
  assertEquals(effects.findIndex(({ type }) => type === "client_moved") < firstSend, true);
});
