import { assertEquals, assertLessOrEqual } from "@std/assert";
import { MAX_REMEMBERED_ACKS } from "../../src/relay/ack_memory.ts";
import { REPLAY_WINDOW } from "../../src/session/replay_window.ts";
import { Feature } from "../../src/wire/features.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { type HarnessClient, helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

interface Pair {
  readonly relay: RelayHarness;
  readonly alice: HarnessClient;
  readonly bob: HarnessClient;
}

/** Alice with reliable delivery, bob without. */
function reliableAlice(relay = new RelayHarness()): Pair {
  const pair = { relay, alice: relay.joinReliable("alice"), bob: relay.join("bob") };
  relay.settle(pair.alice, pair.bob);
  return pair;
}

function sequenceTlv(sequence: bigint) {
  return namedTlv("CLIENT_SEQUENCE", encodeU64(sequence));
}

Deno.test("keyDecrypted() grants reliable delivery to who asks for it, and nothing else", () => {
  const relay = new RelayHarness();
  const granted = [0, 1, 0x2, 0xffffffff].map((features) => {
    const client = relay.stranger();
    client.sendDatagram(client.registration(helloTlvs(undefined, features)));
    return client.accepted?.features;
  });
  assertEquals(granted, [0, Feature.RELIABLE_DELIVERY, 0, Feature.RELIABLE_DELIVERY]);
});

Deno.test("receive() acknowledges a message with both its numbers", () => {
  const { relay, alice, bob } = reliableAlice();
  bob.say("first");
  alice.forget();
  alice.say("one", 1n);
  alice.say("two", 2n);
  assertEquals(alice.heard(), ["{ACK 1 2}", "{ACK 2 3}"]);
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE one}",
    "{SENDER_ID alice, RELAY_SEQUENCE 3, MESSAGE two}",
  ]);
  assertEquals([relay.stat("reliable.acks"), relay.stat("reliable.acks_repeated")], [2, 0]);
});

Deno.test("receive() acknowledges a message that nobody is there to hear", () => {
  const relay = new RelayHarness();
  const alice = relay.joinReliable("alice");
  relay.settle(alice);
  alice.say("hello?", 1n);
  assertEquals(alice.heard(), ["{ACK 1 1}"]);
});

Deno.test("receive() acknowledges ahead of what waits for the client", () => {
  const { alice, bob } = reliableAlice();
  for (const datagram of bob.fragments(new Uint8Array(1_000_000))) bob.sendDatagram(datagram);
  alice.forget();
  alice.say("one", 1n);
  assertEquals(alice.heard(), ["{ACK 1 2}"]);
});

Deno.test("receive() acknowledges a message that comes in fragments", () => {
  const { relay, alice, bob } = reliableAlice();
  const payload = relay.random.bytes(5_000);
  const fragments = alice.fragmentsOf([sequenceTlv(1n), namedTlv("MESSAGE", payload)]);
  for (const datagram of fragments.slice(1)) alice.sendDatagram(datagram);
  assertEquals(alice.heard(), []);
  alice.sendDatagram(fragments[0] ?? new Uint8Array());
  assertEquals(alice.heard(), ["{ACK 1 1}"]);
  relay.run(10);
  assertEquals(bob.payloads().map(({ byteLength }) => byteLength), [5_000]);
});

Deno.test("receive() relays a message once and acknowledges each copy in the same way", () => {
  const { relay, alice, bob } = reliableAlice();
  const datagram = alice.say("one", 1n);
  bob.say("in between");
  alice.forget();
  alice.sendDatagram(datagram);
  alice.say("one", 1n);
  assertEquals(alice.heard(), ["{ACK 1 1}", "{ACK 1 1}"]);
  assertEquals(bob.payloads().length, 1);
  assertEquals([relay.stat("reliable.acks"), relay.stat("reliable.acks_repeated")], [3, 2]);
  assertEquals(relay.drops(), { replayed: 2 });
});

Deno.test("receive() does not take a copy for a sign of life", () => {
  const { relay, alice } = reliableAlice();
  const datagram = alice.say("one", 1n);
  relay.run(50_000);
  alice.sendDatagram(datagram);
  assertEquals(relay.core.client("alice", relay.clock.now)?.idleMs, 50_000);
});

Deno.test("receive() acknowledges the last 1,024 messages by their number, older ones by 0", () => {
  const { alice } = reliableAlice();
  const last = BigInt(MAX_REMEMBERED_ACKS) + 1n;
  for (let sequence = 1n; sequence <= last; sequence++) alice.say("x", sequence);
  alice.forget();
  for (const sequence of [1n, 2n, last]) alice.say("x", sequence);
  assertEquals(alice.heard(), ["{ACK 1 0}", "{ACK 2 2}", `{ACK ${last} ${last}}`]);
});

Deno.test("receive() acknowledges no number below the window, since it may never have come", () => {
  const { relay, alice } = reliableAlice();
  alice.say("far ahead", BigInt(REPLAY_WINDOW) + 1n);
  alice.forget();
  alice.say("late", 1n);
  alice.say("never", 0n);
  assertEquals([alice.heard(), relay.drops()], [[], { replayed: 2 }]);
  alice.say("just in time", 2n);
  assertEquals(alice.heard(), ["{ACK 2 2}"]);
});

Deno.test("receive() acknowledges a numbered KEEP_ALIVE by 0, each time", () => {
  const { alice } = reliableAlice();
  const datagram = alice.sendSealed(sequenceTlv(1n), namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), ["{ACK 1 0}", "{KEEP_ALIVE_REPLY 0}"]);
  alice.sendDatagram(datagram);
  assertEquals(alice.heard(), ["{ACK 1 0}"]);
});

Deno.test("receive() acknowledges no message that is too_large, however often it comes", () => {
  const { relay, alice, bob } = reliableAlice(new RelayHarness({ maxMessageBytes: 10 }));
  alice.say("far too long", 1n);
  alice.say("far too long", 1n);
  alice.say("short", 2n);
  assertEquals(alice.heard(), ["{ACK 2 1}"]);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE short}"]);
  assertEquals(relay.drops(), { too_large: 1, replayed: 1 });
});

Deno.test("receive() acknowledges nothing without CLIENT_SEQUENCE", () => {
  const { relay, alice, bob } = reliableAlice();
  alice.say("plain");
  alice.sendSealed(namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), ["{KEEP_ALIVE_REPLY 1}"]);
  assertEquals(bob.payloads().length, 1);
  assertEquals(relay.stat("reliable.acks"), 0);
});

Deno.test("receive() acknowledges nothing to a client that did not ask for the feature", () => {
  const { relay, alice, bob } = reliableAlice();
  const datagram = bob.say("one", 1n);
  bob.sendDatagram(datagram);
  bob.sendSealed(sequenceTlv(2n), namedTlv("KEEP_ALIVE"));
  assertEquals(bob.heard(), ["{KEEP_ALIVE_REPLY 1}"]);
  assertEquals(alice.payloads().length, 1);
  assertEquals([relay.stat("reliable.acks"), relay.drops()], [0, { replayed: 1 }]);
});

Deno.test("receive() acknowledges nothing that is forged, stale or sent back", () => {
  const { relay, alice, bob } = reliableAlice();
  const tlvs = [sequenceTlv(1n), namedTlv("MESSAGE", "hi")];
  alice.sendToken(bob.seal(tlvs));
  alice.sendToken(alice.seal(tlvs, { ageSeconds: 61 }));
  alice.sendSealed(...tlvs, namedTlv("SENDER_ID", "bob"));
  assertEquals(alice.heard(), []);
  assertEquals(relay.drops(), { unauthentic: 1, stale: 1, replayed: 1 });
  alice.sendSealed(...tlvs);
  assertEquals(alice.heard(), ["{ACK 1 1}"], "none of them took the number");
});

Deno.test("receive() answers a copy of a message by no more than it is long", () => {
  const { relay, alice } = reliableAlice();
  const datagram = alice.say("", 1n);
  alice.forget();
  const before = relay.stat("datagrams.bytes_out");
  alice.sendDatagram(datagram);
  const answered = relay.stat("datagrams.bytes_out") - before;
  assertLessOrEqual(answered, datagram.byteLength);
});

Deno.test("receive() begins numbers and ACKs anew with each session", () => {
  const { relay, alice, bob } = reliableAlice();
  alice.say("one", 1n);
  alice.registerReliable("alice");
  relay.settle(alice, bob);
  alice.say("one again", 1n);
  assertEquals(alice.heard(), ["{ACK 1 2}"]);
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE one again}"]);
});

Deno.test("receive() acknowledges the message beside DISCONNECT", () => {
  const { alice, bob } = reliableAlice();
  alice.sendSealed(sequenceTlv(1n), namedTlv("MESSAGE", "bye"), namedTlv("DISCONNECT"));
  assertEquals(alice.heard(), ["{ACK 1 1}"]);
  assertEquals(bob.heard(), [
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE bye}",
    "{NOTIFY_DISCONNECT alice}",
  ]);
});
