import { assertEquals } from "@std/assert";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";
const REPLAYED = "REGISTRATION_REJECTED 7";

Deno.test("receive() answers a repeated registration again and changes nothing", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.stranger(), relay.join("bob")];
  const registration = alice.registerAs("alice");
  const { sessionId } = alice;
  relay.settle(alice, bob);
  alice.sendDatagram(registration);
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(alice.sessionId, sessionId);
  relay.run(1_000);
  assertEquals(bob.heard(), [], "nobody joined or left");
  assertEquals(relay.stat("registrations.accepted"), 2);
  assertEquals(relay.stat("registrations.replaced"), 0);
  assertEquals(relay.stat("registrations.rsa_operations"), 2);
});

Deno.test("receive() does not relay a message anew that stands behind a repeated key", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.stranger(), relay.join("bob")];
  const registration = alice.sendDatagram(
    alice.registration(helloTlvs("alice"), [namedTlv("MESSAGE", "hi")]),
  );
  relay.settle(alice, bob);
  alice.sendDatagram(registration);
  assertEquals(bob.heard(), []);
});

Deno.test("receive() refuses a registration that comes from another address too, with code 7", () => {
  const relay = new RelayHarness();
  const [alice, mallory] = [relay.stranger(), relay.stranger()];
  mallory.sendDatagram(alice.registerAs("alice"));
  assertEquals(mallory.heard(), [REPLAYED]);
  assertEquals(relay.stat("clients"), 1);
  assertEquals(relay.core.client("alice", relay.clock.now)?.address, alice.address);
});

Deno.test("receive() refuses a registration whose session has ended, with code 7", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  const registration = alice.registerAs("alice");
  alice.sendSealed(namedTlv("DISCONNECT"));
  alice.forget();
  alice.sendDatagram(registration);
  assertEquals(alice.heard(), [REPLAYED]);
  assertEquals(relay.stat("clients"), 0);
});

Deno.test("receive() refuses a registration that a newer one has replaced, with code 7", () => {
  const relay = new RelayHarness();
  const alice = relay.stranger();
  const registration = alice.registerAs("alice");
  alice.registerAs("alice");
  const { sessionId } = alice;
  alice.forget();
  alice.sendDatagram(registration);
  assertEquals(alice.heard(), [REPLAYED]);
  assertEquals(relay.core.client("alice", relay.clock.now)?.session, sessionId);
});

Deno.test("receive() remembers a registration by its key block, whatever stands behind it", () => {
  const relay = new RelayHarness();
  const [alice, mallory] = [relay.stranger(), relay.stranger()];
  const keyTlvBytes = 4 + 256;
  mallory.sendDatagram(alice.registerAs("alice").slice(0, keyTlvBytes));
  assertEquals(mallory.heard(), [REPLAYED]);
});

Deno.test("receive() does not remember a registration that was refused", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.stranger()];
  const registration = bob.registerAs("alice");
  assertEquals(bob.heard(), ["REGISTRATION_REJECTED 6"]);
  alice.sendSealed(namedTlv("DISCONNECT"));
  bob.sendDatagram(registration);
  assertEquals(bob.heard(), [ACCEPTED]);
});

Deno.test("receive() asks for one RSA operation when a pending registration is repeated", () => {
  const relay = new RelayHarness();
  relay.holdsRsa = true;
  const alice = relay.stranger();
  const registration = alice.registerAs("alice");
  alice.sendDatagram(registration);
  alice.sendDatagram(registration);
  assertEquals(relay.rsaJobs.length, 1);
  relay.answerRsa();
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(relay.drops(), {});
});

Deno.test("keyDecrypted() registers one of two addresses that sent the same registration", () => {
  const relay = new RelayHarness();
  relay.holdsRsa = true;
  const [alice, mallory] = [relay.stranger(), relay.stranger()];
  mallory.sendDatagram(alice.registerAs("alice"));
  relay.answerRsa();
  relay.answerRsa();
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(mallory.heard(), [REPLAYED]);
  assertEquals(relay.stat("clients"), 1);
});
