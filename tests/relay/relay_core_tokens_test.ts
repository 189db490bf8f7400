import { assertEquals, assertNotEquals } from "@std/assert";
import type { Tlv } from "../../src/wire/tlv.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import { helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";
import {
  enterByToken,
  harnessWithTokens,
  idsOf,
  joinByToken,
  removalsOf,
  setTokens,
} from "../support/token_clients.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";

const ALICE = admissionToken("alice's token", "alice");
const BOB = admissionToken("bob's token", "bob");

const hellos: { name: string; hello: readonly Tlv[]; answer: string }[] = [
  {
    name: "a token and its name",
    hello: [namedTlv("CLIENT_NAME", "alice"), namedTlv("AUTH_TOKEN", "alice's token")],
    answer: ACCEPTED,
  },
  {
    name: "a token without a name",
    hello: [namedTlv("AUTH_TOKEN", "alice's token")],
    answer: ACCEPTED,
  },
  { name: "an empty hello", hello: [], answer: "REGISTRATION_REJECTED 1" },
  { name: "a name alone", hello: helloTlvs("alice"), answer: "REGISTRATION_REJECTED 1" },
  {
    name: "a malformed name alone",
    hello: [namedTlv("CLIENT_NAME", "")],
    answer: "REGISTRATION_REJECTED 1",
  },
  {
    name: "an empty token",
    hello: [namedTlv("AUTH_TOKEN")],
    answer: "REGISTRATION_REJECTED 2",
  },
  {
    name: "an unknown token",
    hello: [namedTlv("AUTH_TOKEN", "alice's token ")],
    answer: "REGISTRATION_REJECTED 2",
  },
  {
    name: "a token that is no UTF-8",
    hello: [namedTlv("AUTH_TOKEN", Uint8Array.of(0xff))],
    answer: "REGISTRATION_REJECTED 2",
  },
  {
    name: "the digest of a token",
    hello: [namedTlv("AUTH_TOKEN", ALICE.digest)],
    answer: "REGISTRATION_REJECTED 2",
  },
  {
    name: "an unknown token and a malformed name",
    hello: [namedTlv("AUTH_TOKEN", "x"), namedTlv("CLIENT_NAME", "")],
    answer: "REGISTRATION_REJECTED 2",
  },
  {
    name: "a second token that is known",
    hello: [namedTlv("AUTH_TOKEN", "x"), namedTlv("AUTH_TOKEN", "alice's token")],
    answer: "REGISTRATION_REJECTED 2",
  },
  {
    name: "a token and the name of another",
    hello: [namedTlv("AUTH_TOKEN", "alice's token"), namedTlv("CLIENT_NAME", "bob")],
    answer: "REGISTRATION_REJECTED 6",
  },
  {
    name: "a token and a malformed name",
    hello: [namedTlv("AUTH_TOKEN", "alice's token"), namedTlv("CLIENT_NAME", "")],
    answer: "REGISTRATION_REJECTED 6",
  },
];
for (const { name, hello, answer } of hellos) {
  Deno.test(`keyDecrypted() answers ${name} by ${answer}`, () => {
    const relay = harnessWithTokens([ALICE, BOB]);
    const client = relay.stranger();
    client.sendDatagram(client.registration(hello));
    assertEquals(client.heard(), [answer]);
    assertEquals(relay.stat("clients"), answer === ACCEPTED ? 1 : 0);
  });
}

Deno.test("keyDecrypted() refuses a key alone with code 1 when tokens are asked for", () => {
  const relay = harnessWithTokens([ALICE]);
  const client = relay.stranger();
  client.register();
  assertEquals(client.heard(), ["REGISTRATION_REJECTED 1"]);
});

Deno.test("keyDecrypted() refuses everyone when there are no tokens", () => {
  const relay = harnessWithTokens([]);
  assertEquals(joinByToken(relay, "alice's token").heard(), ["REGISTRATION_REJECTED 2"]);
});

Deno.test("keyDecrypted() passes over a token when none is asked for", () => {
  const relay = new RelayHarness();
  assertEquals(joinByToken(relay, "anything", "alice").heard(), [ACCEPTED]);
  assertEquals(idsOf(relay), ["alice"]);
});

Deno.test("keyDecrypted() keeps nothing of a client that it refuses for its token", () => {
  const relay = harnessWithTokens([ALICE]);
  const mallory = relay.stranger();
  const registration = enterByToken(mallory, "bob's token", "bob");
  assertEquals(mallory.heard(), ["REGISTRATION_REJECTED 2"]);
  mallory.say("let me in");
  assertEquals(mallory.heard(), ["UNKNOWN_SESSION"]);
  assertEquals(relay.drops(), { rejected: 1, unknown_session: 1 });
  setTokens(relay, ALICE, BOB);
  mallory.sendDatagram(registration);
  assertEquals(mallory.heard(), [ACCEPTED], "not even that it was used");
});

Deno.test("keyDecrypted() knows a client without a name by its address, whatever its token", () => {
  const relay = harnessWithTokens([ALICE]);
  const [one, two] = [joinByToken(relay, "alice's token"), joinByToken(relay, "alice's token")];
  assertEquals(idsOf(relay), [one.address, two.address]);
});

Deno.test("receive() refuses a recorded registration with a token, wherever it comes from", () => {
  const relay = harnessWithTokens([ALICE]);
  const [alice, mallory] = [relay.stranger(), relay.stranger()];
  const registration = enterByToken(alice, "alice's token", "alice");
  mallory.sendDatagram(registration);
  alice.sendSealed(namedTlv("DISCONNECT"));
  alice.forget();
  alice.sendDatagram(registration);
  assertEquals([mallory.heard(), alice.heard()], [
    ["REGISTRATION_REJECTED 7"],
    ["REGISTRATION_REJECTED 7"],
  ]);
  assertEquals(idsOf(relay), []);
});

Deno.test("keyDecrypted() lets the owner of a token take its name over from elsewhere", () => {
  const relay = harnessWithTokens([ALICE, BOB]);
  const [old, bob] = [
    joinByToken(relay, "alice's token", "alice"),
    joinByToken(relay, "bob's token", "bob"),
  ];
  relay.settle(old, bob);
  const fresh = joinByToken(relay, "alice's token", "alice");
  assertEquals(fresh.heard(), [ACCEPTED]);
  assertEquals(old.heard(), ["{DISCONNECT replaced by a newer client with the same token}"]);
  assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT alice, NOTIFY_CONNECT alice}"]);
  assertEquals(removalsOf(relay), [
    "alice replaced: replaced by a newer client with the same token",
  ]);
  assertEquals(relay.core.client("alice", relay.clock.now)?.address, fresh.address);
  assertEquals(relay.stat("registrations.replaced"), 1);
  old.say("still here");
  assertEquals([bob.heard(), old.heard()], [[], ["UNKNOWN_SESSION"]]);
});

Deno.test("keyDecrypted() lets an owner replace two sessions at once: of its address and its name", () => {
  const relay = harnessWithTokens([ALICE, BOB]);
  const named = joinByToken(relay, "alice's token", "alice");
  const nameless = joinByToken(relay, "alice's token");
  relay.settle(named, nameless);
  enterByToken(nameless, "alice's token", "alice");
  assertEquals(nameless.heard(), [ACCEPTED]);
  assertEquals(idsOf(relay), ["alice"]);
  assertEquals(relay.stat("registrations.replaced"), 1);
});

Deno.test("keyDecrypted() refuses with code 6 a name that another token holds meanwhile", () => {
  const renamed = { ...BOB, name: "alice" };
  const relay = harnessWithTokens([ALICE, renamed]);
  const alice = joinByToken(relay, "alice's token", "alice");
  relay.settle(alice);
  assertEquals(joinByToken(relay, "bob's token", "alice").heard(), ["REGISTRATION_REJECTED 6"]);
  assertEquals(alice.heard(), []);
});

Deno.test("keyDecrypted() refuses with code 6 the taken name where no tokens are asked for", () => {
  const relay = new RelayHarness();
  joinByToken(relay, "alice's token", "alice");
  assertEquals(joinByToken(relay, "alice's token", "alice").heard(), ["REGISTRATION_REJECTED 6"]);
});

Deno.test("keyDecrypted() lets an owner come back when the relay is full, and nobody else", () => {
  const relay = harnessWithTokens([ALICE, BOB], { maxClients: 1 });
  const old = joinByToken(relay, "alice's token", "alice");
  assertEquals(joinByToken(relay, "bob's token", "bob").heard(), ["REGISTRATION_REJECTED 3"]);
  assertEquals(joinByToken(relay, "alice's token").heard(), ["REGISTRATION_REJECTED 3"]);
  assertEquals(joinByToken(relay, "alice's token", "alice").heard(), [ACCEPTED]);
  assertNotEquals(relay.core.client("alice", relay.clock.now)?.address, old.address);
});

Deno.test("receive() relays between clients with tokens as between others", () => {
  const relay = harnessWithTokens([ALICE, BOB]);
  const [alice, bob] = [
    joinByToken(relay, "alice's token", "alice"),
    joinByToken(relay, "bob's token"),
  ];
  relay.settle(alice, bob);
  alice.say("hi");
  assertEquals(bob.heard(), ["{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}"]);
});
