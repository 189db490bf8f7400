import { assert, assertEquals } from "@std/assert";
import { decodeTlvs } from "../../src/wire/tlv.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { HARNESS_RENEWAL_MS, RelayHarness } from "../support/relay_harness.ts";

const UNUSABLE = "REGISTRATION_REJECTED 5";
const REQUEST = namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(1_000));

Deno.test("setServerKey() hands out the new key and its identity from then on", () => {
  const relay = new RelayHarness();
  const [oldKey, stranger] = [relay.rsaKey, relay.stranger()];
  relay.rotateKey();
  stranger.sendOuter(REQUEST);
  assertEquals(stranger.datagrams().map((datagram) => decodeTlvs(datagram)), [[
    namedTlv("SERVER_PUBLIC_KEY_RESPONSE", relay.rsaKey.serverKey.pem),
    namedTlv("SERVER_IDENTITY", relay.rsaKey.identity),
  ]]);
  assert(relay.rsaKey.identity[0] !== oldKey.identity[0]);
  stranger.registerAs("alice");
  assertEquals(stranger.heard(), ["{REGISTRATION_ACCEPTED, SERIES_ID}"]);
});

Deno.test("setServerKey() leaves sessions as they are", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  relay.settle(alice, bob);
  relay.rotateKey();
  alice.say("hi");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
  relay.run(1_000);
  assertEquals(alice.heard(), []);
});

Deno.test("receive() refuses with code 5 a block for the key before", () => {
  const relay = new RelayHarness();
  const stranger = relay.stranger();
  const registration = stranger.registration();
  relay.rotateKey();
  stranger.sendDatagram(registration);
  assertEquals(stranger.heard(), [UNUSABLE]);
});

Deno.test("receive() refuses a replayed registration of the key before, and leaves its session", () => {
  const relay = new RelayHarness();
  const [alice, bob, mallory] = [relay.stranger(), relay.join("bob"), relay.stranger()];
  const registration = alice.registerAs("alice");
  relay.settle(alice, bob);
  relay.rotateKey();
  mallory.sendDatagram(registration);
  alice.sendDatagram(registration);
  assertEquals([mallory.heard(), alice.heard()], [[UNUSABLE], [UNUSABLE]]);
  alice.say("still here");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE still here}"]);
});

Deno.test("keyDecrypted() refuses with code 5 a registration that the rotation overtook", () => {
  const relay = new RelayHarness();
  relay.holdsRsa = true;
  const [alice, oldKey] = [relay.join("alice"), relay.rsaKey];
  const [job] = relay.rsaJobs;
  assert(job !== undefined);
  relay.rotateKey();
  const plaintext = oldKey.decrypt(job.ciphertext);
  assert(plaintext !== undefined);
  relay.carryOut(relay.core.keyDecrypted(job.jobId, plaintext, relay.clock.now));
  assertEquals(alice.heard(), [UNUSABLE]);
  assertEquals(relay.stat("clients"), 0);
});

Deno.test("receive() names the generation of the key with each RSA operation", () => {
  const relay = new RelayHarness();
  relay.holdsRsa = true;
  relay.stranger().register();
  relay.rotateKey();
  relay.stranger().register();
  assertEquals(relay.rsaJobs.map(({ generation }) => generation), [1, 2]);
});

Deno.test("tick() asks once for a new signature of the key, at its time", () => {
  const relay = new RelayHarness();
  relay.run(HARNESS_RENEWAL_MS - 1);
  assertEquals(relay.reported, []);
  relay.run(1);
  assertEquals(relay.reported, [{ type: "renew_identity" }]);
  relay.run(HARNESS_RENEWAL_MS);
  assertEquals(relay.reported.length, 1, "it waits for setIdentity");
});

Deno.test("setIdentity() hands out the new signature, and sets the time of the next", () => {
  const relay = new RelayHarness();
  relay.run(HARNESS_RENEWAL_MS);
  const renewed = new Uint8Array(104).fill(0x77);
  relay.core.setIdentity(renewed, relay.clock.now.monotonicMs + 500);
  const stranger = relay.stranger();
  stranger.sendOuter(REQUEST);
  const [answer] = stranger.datagrams();
  assertEquals(answer?.subarray(-104), renewed);
  relay.run(499);
  assertEquals(relay.reported.length, 1);
  relay.run(1);
  assertEquals(relay.reported.length, 2);
});

Deno.test("setServerKey() sets the time of the next signature", () => {
  const relay = new RelayHarness();
  relay.run(HARNESS_RENEWAL_MS / 2);
  relay.rotateKey();
  relay.run(HARNESS_RENEWAL_MS - 1);
  assertEquals(relay.reported, []);
  relay.run(1);
  assertEquals(relay.reported, [{ type: "renew_identity" }]);
});
