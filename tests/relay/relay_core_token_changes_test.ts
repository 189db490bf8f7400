import { assertEquals } from "@std/assert";
import type { AdmissionToken } from "../../src/session/admission_tokens.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import type { HarnessClient } from "../support/harness_client.ts";
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
const HOUR_MS = 3_600_000;

const ALICE = admissionToken("alice's token", "alice");
const BOB = admissionToken("bob's token", "bob");

Deno.test("setAuthTokens() ends the sessions of a token that is gone, and no others", () => {
  const relay = harnessWithTokens([ALICE, BOB]);
  const [alice, nameless, bob] = [
    joinByToken(relay, "alice's token", "alice"),
    joinByToken(relay, "alice's token"),
    joinByToken(relay, "bob's token", "bob"),
  ];
  relay.settle(alice, nameless, bob);
  setTokens(relay, BOB);
  const goodbye = "{DISCONNECT admission token revoked}";
  assertEquals([alice.heard(), nameless.heard()], [[goodbye], [goodbye]]);
  assertEquals(bob.heard(), [`{NOTIFY_DISCONNECT alice, NOTIFY_DISCONNECT ${nameless.address}}`]);
  assertEquals(removalsOf(relay), [
    "alice revoked: admission token revoked",
    `${nameless.address} revoked: admission token revoked`,
  ]);
  enterByToken(alice, "alice's token", "alice");
  assertEquals(alice.heard(), ["REGISTRATION_REJECTED 2"]);
});

const replacements: { name: string; tokens: readonly AdmissionToken[]; isEnded: boolean }[] = [
  { name: "is the same", tokens: [{ ...ALICE }], isEnded: false },
  { name: "stands elsewhere in the list", tokens: [BOB, ALICE], isEnded: false },
  { name: "got an expiry", tokens: [{ ...ALICE, expiresUnixMs: 2e12 }], isEnded: false },
  { name: "was made anew", tokens: [admissionToken("another", "alice")], isEnded: true },
  { name: "has another name", tokens: [{ ...ALICE, name: "carol" }], isEnded: true },
  { name: "is gone with all others", tokens: [], isEnded: true },
];
for (const { name, tokens, isEnded } of replacements) {
  Deno.test(`setAuthTokens() ${isEnded ? "ends" : "leaves"} a session whose token ${name}`, () => {
    const relay = harnessWithTokens([ALICE]);
    joinByToken(relay, "alice's token", "alice");
    setTokens(relay, ...tokens);
    assertEquals(idsOf(relay), isEnded ? [] : ["alice"]);
  });
}

Deno.test("setAuthTokens() ends all sessions when no tokens were asked for before", () => {
  const relay = new RelayHarness();
  const alice = joinByToken(relay, "alice's token", "alice");
  relay.settle(alice);
  setTokens(relay, ALICE);
  assertEquals(alice.heard(), ["{DISCONNECT admission token revoked}"]);
  alice.register();
  assertEquals(alice.heard(), ["REGISTRATION_REJECTED 1"]);
});

Deno.test("setAuthTokens() counts for registrations that wait for RSA", () => {
  const relay = harnessWithTokens([ALICE]);
  relay.holdsRsa = true;
  const alice = joinByToken(relay, "alice's token", "alice");
  setTokens(relay, BOB);
  relay.answerRsa();
  assertEquals(alice.heard(), ["REGISTRATION_REJECTED 2"]);
});

/** A relay with alice, whose token expires in an hour; time-outs are of no matter. */
function harnessWithExpiry(): { relay: RelayHarness; alice: HarnessClient; expiresMs: number } {
  const expiresMs = new RelayHarness().clock.now.unixMs + HOUR_MS;
  const relay = harnessWithTokens([{ ...ALICE, expiresUnixMs: expiresMs }], {
    clientTimeoutMs: 10 * HOUR_MS,
  });
  const alice = joinByToken(relay, "alice's token", "alice");
  relay.settle(alice);
  return { relay, alice, expiresMs };
}

Deno.test("tick() ends a session at the moment when its token expires", () => {
  const { relay, alice, expiresMs } = harnessWithExpiry();
  relay.run(expiresMs - 1 - relay.clock.now.unixMs);
  assertEquals(alice.heard(), []);
  relay.run(1);
  assertEquals(alice.heard(), ["{DISCONNECT admission token expired}"]);
  assertEquals(removalsOf(relay), ["alice revoked: admission token expired"]);
  enterByToken(alice, "alice's token", "alice");
  assertEquals(alice.heard(), ["REGISTRATION_REJECTED 2"]);
});

Deno.test("tick() ends each session at the expiry of its own token", () => {
  const { unixMs } = new RelayHarness().clock.now;
  const relay = harnessWithTokens([
    { ...ALICE, expiresUnixMs: unixMs + 30_000 },
    { ...BOB, expiresUnixMs: unixMs + 20_000 },
    admissionToken("carol's token", "carol"),
  ]);
  for (const name of ["alice", "bob", "carol"]) joinByToken(relay, `${name}'s token`, name);
  relay.run(19_999);
  assertEquals(idsOf(relay), ["alice", "bob", "carol"]);
  relay.run(1);
  assertEquals(idsOf(relay), ["alice", "carol"]);
  relay.run(10_000);
  assertEquals(idsOf(relay), ["carol"]);
});

Deno.test("tick() goes by the new expiry when a token's expiry is changed", () => {
  const { relay, alice, expiresMs } = harnessWithExpiry();
  setTokens(relay, { ...ALICE, expiresUnixMs: expiresMs + HOUR_MS });
  relay.run(2 * HOUR_MS - 1_001);
  assertEquals(alice.heard(), []);
  relay.run(1);
  assertEquals(alice.heard(), ["{DISCONNECT admission token expired}"]);
});

Deno.test("tick() finds an expiry early when the wall clock is set ahead", () => {
  const { relay, alice, expiresMs } = harnessWithExpiry();
  relay.clock.setUnixMs(expiresMs);
  relay.tick();
  assertEquals(alice.heard(), ["{DISCONNECT admission token expired}"]);
});

Deno.test("tick() waits for the expiry when the wall clock is set back", () => {
  const { relay, alice } = harnessWithExpiry();
  relay.clock.setUnixMs(relay.clock.now.unixMs - HOUR_MS);
  relay.run(HOUR_MS);
  assertEquals(idsOf(relay), ["alice"]);
  relay.run(HOUR_MS);
  assertEquals(alice.heard(), ["{DISCONNECT admission token expired}"]);
});

Deno.test("tick() ends a session that began when the clock was set back behind the expiry", () => {
  const { relay, alice, expiresMs } = harnessWithExpiry();
  relay.run(HOUR_MS);
  relay.clock.setUnixMs(expiresMs - 5_000);
  alice.forget();
  enterByToken(alice, "alice's token", "alice");
  assertEquals(alice.heard(), [ACCEPTED]);
  relay.run(5_000);
  assertEquals(idsOf(relay), []);
});

Deno.test("nextDeadline() names no expiry when no session depends on one", () => {
  const { relay, alice } = harnessWithExpiry();
  alice.sendSealed(namedTlv("DISCONNECT"));
  relay.run(11 * HOUR_MS);
  assertEquals(relay.core.nextDeadline(), undefined);
});
