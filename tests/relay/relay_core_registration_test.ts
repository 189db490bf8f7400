import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";

Deno.test("receive() registers a client by its key alone, under its address", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  alice.register();
  assertEquals(alice.heard(), [ACCEPTED]);
  const [client] = relay.core.clients(relay.clock.now);
  assertEquals([client?.id, client?.address], [alice.address, alice.address]);
  assertEquals(client?.session, alice.sessionId);
});

Deno.test("receive() registers a client under the name of its hello", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  alice.registerAs("alice");
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(relay.core.client("alice", relay.clock.now)?.address, alice.address);
  const reported = relay.reported.map((effect) => effect.type);
  assertEquals(reported, ["client_registered"]);
});

Deno.test("receive() takes a hello without a name, and a name without a hello", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.stranger(), relay.stranger()];
  alice.sendDatagram(alice.registration(helloTlvs()));
  bob.sendDatagram(bob.registration([namedTlv("CLIENT_NAME", "bob")]));
  const ids = relay.core.clients(relay.clock.now).map(({ id }) => id);
  assertEquals(ids, [alice.address, "bob"]);
});

Deno.test("receive() tells a client its session, times, features and the series", () => {
  const relay = new RelayHarness({ clientTimeoutMs: 90_000 });
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  alice.say("hi");
  const carol = relay.join("carol");
  const { accepted } = carol;
  assert(accepted !== undefined && alice.accepted !== undefined);
  assertEquals(accepted.keepAliveSeconds, 30);
  assertEquals(accepted.clientTimeoutSeconds, 90);
  assertEquals(accepted.features, 0);
  assertEquals([alice.accepted.latestRelaySequence, accepted.latestRelaySequence], [0n, 1n]);
  assertEquals(carol.seriesId?.byteLength, 8);
  assertEquals(carol.seriesId, alice.seriesId);
  assertEquals(new Set([alice, bob, carol].map(({ sessionId }) => sessionId)).size, 3);
});

const timesTable: { clientTimeoutMs: number; keepAlive: number; timeout: number }[] = [
  { clientTimeoutMs: 1_000, keepAlive: 1, timeout: 1 },
  { clientTimeoutMs: 60_000, keepAlive: 20, timeout: 60 },
  { clientTimeoutMs: 65_535_000, keepAlive: 21_845, timeout: 65_535 },
];

for (const { clientTimeoutMs, keepAlive, timeout } of timesTable) {
  Deno.test(`receive() asks for keep-alives at a time-out of ${clientTimeoutMs} ms`, () => {
    const alice = new RelayHarness({ clientTimeoutMs }).join("alice");
    assertEquals(alice.accepted?.keepAliveSeconds, keepAlive);
    assertEquals(alice.accepted?.clientTimeoutSeconds, timeout);
  });
}

const nameTable: { name: string; value: string | Uint8Array; isTaken: boolean }[] = [
  { name: "of one byte", value: "a", isTaken: true },
  { name: "of 64 bytes", value: "é".repeat(32), isTaken: true },
  { name: "with spaces", value: "pump 3 (east)", isTaken: true },
  { name: "of no bytes", value: "", isTaken: false },
  { name: "of 65 bytes", value: "a".repeat(65), isTaken: false },
  { name: "with a control character", value: "a\nb", isTaken: false },
  { name: "with an escape sequence", value: "\x1b[2J", isTaken: false },
  { name: "that turns the writing direction", value: "a\u202eb", isTaken: false },
  { name: "that is no UTF-8", value: Uint8Array.of(0xff), isTaken: false },
  { name: "that reads as an address", value: "127.0.0.1:5001", isTaken: false },
  { name: "that reads as a session id", value: "0123456789ABCDEF", isTaken: false },
];

for (const { name, value, isTaken } of nameTable) {
  Deno.test(`receive() ${isTaken ? "takes" : "refuses with code 6"} a name ${name}`, () => {
    const relay = new RelayHarness();
    const alice = relay.stranger();
    alice.sendDatagram(alice.registration([namedTlv("CLIENT_NAME", value)]));
    assertEquals(alice.heard(), [isTaken ? ACCEPTED : "REGISTRATION_REJECTED 6"]);
    assertEquals(relay.stat("clients"), isTaken ? 1 : 0);
  });
}

Deno.test("receive() refuses a CLIENT_HELLO that is cut short, and takes a longer one", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  alice.sendDatagram(alice.registration([namedTlv("CLIENT_HELLO", new Uint8Array(4))]));
  assertEquals(alice.heard(), ["REGISTRATION_REJECTED 6"]);
  alice.sendDatagram(alice.registration([namedTlv("CLIENT_HELLO", new Uint8Array(9))]));
  assertEquals(alice.heard(), [ACCEPTED]);
});

Deno.test("receive() refuses a name that another address has, with code 6", () => {
  const relay = new RelayHarness();
  const [alice, mallory] = [relay.join("alice"), relay.stranger()];
  mallory.registerAs("alice");
  assertEquals(mallory.heard(), ["REGISTRATION_REJECTED 6"]);
  assertEquals(relay.core.client("alice", relay.clock.now)?.address, alice.address);
  alice.sendSealed(namedTlv("DISCONNECT"));
  mallory.registerAs("alice");
  assertEquals(mallory.heard(), [ACCEPTED], "the name is free again");
});

Deno.test("receive() lets an address take its own name again", () => {
  const relay = new RelayHarness();
  const alice = relay.join("alice");
  const { sessionId } = alice;
  relay.settle(alice);
  alice.registerAs("alice");
  assertEquals(alice.heard(), [ACCEPTED]);
  assertNotEquals(alice.sessionId, sessionId);
  assertEquals(relay.stat("clients"), 1);
  assertEquals(relay.stat("registrations.replaced"), 1);
});

Deno.test("receive() registers max_clients, and refuses one more with code 3", () => {
  const relay = new RelayHarness({ maxClients: 2 });
  const [alice, bob, carol] = [relay.join("alice"), relay.join("bob"), relay.join("carol")];
  assertEquals([alice, bob, carol].map((client) => client.heard()[0]), [
    ACCEPTED,
    ACCEPTED,
    "REGISTRATION_REJECTED 3",
  ]);
  assertEquals(relay.stat("registrations.rsa_operations"), 2, "a full relay decrypts nothing");
  alice.registerAs("alice the second");
  assertEquals(alice.heard().includes(ACCEPTED), true, "one that replaces itself is not one more");
  bob.sendSealed(namedTlv("DISCONNECT"));
  carol.registerAs("carol");
  assertEquals(carol.heard(), [ACCEPTED], "there is room again");
});

Deno.test("keyDecrypted() refuses with code 3 who finds the relay full meanwhile", () => {
  const relay = new RelayHarness({ maxClients: 1 });
  relay.holdsRsa = true;
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.answerRsa(1);
  relay.answerRsa(0);
  assertEquals(alice.heard(), ["REGISTRATION_REJECTED 3"]);
  assertEquals(bob.heard(), [ACCEPTED]);
});

Deno.test("receive() replaces the session of an address: others see it leave, then join", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  alice.registerAs("alice the second");
  assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT alice, NOTIFY_CONNECT alice the second}"]);
  assertEquals(alice.heard(), [ACCEPTED], "it is told nothing of itself");
  const reasons = relay.reported.map((effect) =>
    effect.type === "client_removed" ? effect.reason : effect.type
  );
  assertEquals(reasons, ["replaced", "client_registered"]);
});

Deno.test("receive() relays messages that stand behind the key, once it is registered", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.stranger(), relay.join("bob")];
  relay.settle(bob);
  alice.sendDatagram(alice.registration(
    [...helloTlvs("alice"), namedTlv("MESSAGE", "one")],
    [namedTlv("MESSAGE", "two")],
  ));
  assertEquals(bob.heard(), [
    "{NOTIFY_CONNECT alice}",
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE one}",
    "{SENDER_ID alice, RELAY_SEQUENCE 2, MESSAGE two}",
  ]);
});
