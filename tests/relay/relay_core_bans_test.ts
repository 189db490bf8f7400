import { assertEquals, assertThrows } from "@std/assert";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import { AdmissionTokens } from "../../src/session/admission_tokens.ts";
import type { Ban } from "../../src/session/ban.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { admissionToken } from "../support/admission_tokens.ts";
import { assertThrowsWithCode } from "../support/assert_code.ts";
import { type HarnessClient, helloTlvs } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";
const BANNED = "REGISTRATION_REJECTED 4";

/** Bans a target, for a time if one is given. Returns the ban. */
function ban(relay: RelayHarness, target: string, forMs?: number): Ban {
  const { now } = relay.clock;
  const untilUnixMs = forMs === undefined ? undefined : now.unixMs + forMs;
  const { ban, effects } = relay.core.ban(target, untilUnixMs, now);
  relay.carryOut(effects);
  return ban;
}

function unban(relay: RelayHarness, target: string): boolean {
  return relay.core.unban(target, relay.clock.now);
}

function joinFrom(relay: RelayHarness, hostname: string, name: string): HarnessClient {
  const client = relay.stranger(hostname);
  client.registerAs(name);
  return client;
}

function idsOf(relay: RelayHarness): string[] {
  return relay.core.clients(relay.clock.now).map(({ id }) => id);
}

const bannedAddresses: { target: string; from: string; isRefused: boolean }[] = [
  { target: "192.0.2.1", from: "192.0.2.1", isRefused: true },
  { target: "192.0.2.1", from: "::ffff:192.0.2.1", isRefused: true },
  { target: "::ffff:192.0.2.1", from: "192.0.2.1", isRefused: true },
  { target: "2001:db8::1", from: "2001:db8::ffff:2", isRefused: true },
  { target: "192.0.2.1", from: "192.0.2.2", isRefused: false },
  { target: "2001:db8::1", from: "2001:db8:0:1::1", isRefused: false },
];
for (const { target, from, isRefused } of bannedAddresses) {
  Deno.test(`ban(${target}) ${isRefused ? "keeps out" : "lets in"} who comes from ${from}`, () => {
    const relay = new RelayHarness();
    ban(relay, target);
    const client = joinFrom(relay, from, "alice");
    assertEquals(client.heard(), [isRefused ? BANNED : ACCEPTED]);
    const operations = relay.stat("registrations.rsa_operations");
    assertEquals(operations, isRefused ? 0 : 1, "no RSA is spent on it");
  });
}

Deno.test("ban() keeps a name out, whichever address it comes from", () => {
  const relay = new RelayHarness();
  ban(relay, "alice");
  assertEquals(joinFrom(relay, "192.0.2.1", "alice").heard(), [BANNED]);
  assertEquals(joinFrom(relay, "192.0.2.2", "alice").heard(), [BANNED]);
  assertEquals(joinFrom(relay, "192.0.2.1", "alice the second").heard(), [ACCEPTED]);
});

Deno.test("ban() of a name keeps out the owner of its token, who gives no name", () => {
  const token = admissionToken("alice's token", "alice");
  const relay = new RelayHarness({ authTokens: new AdmissionTokens([token]) });
  const [alice, later] = [relay.stranger(), relay.stranger()];
  const hello = [...helloTlvs(), namedTlv("AUTH_TOKEN", "alice's token")];
  alice.sendDatagram(alice.registration(hello));
  relay.settle(alice);
  ban(relay, "alice");
  later.sendDatagram(later.registration(hello));
  assertEquals([alice.heard(), later.heard()], [["{DISCONNECT banned}"], [BANNED]]);
});

Deno.test("ban() ends the sessions of an address, and the others are told", () => {
  const relay = new RelayHarness();
  const [alice, carol] = [
    joinFrom(relay, "192.0.2.1", "alice"),
    joinFrom(relay, "192.0.2.1", "carol"),
  ];
  const bob = joinFrom(relay, "192.0.2.2", "bob");
  relay.settle(alice, carol, bob);
  ban(relay, "192.0.2.1");
  assertEquals([alice.heard(), carol.heard()], [["{DISCONNECT banned}"], ["{DISCONNECT banned}"]]);
  assertEquals(bob.heard(), ["{NOTIFY_DISCONNECT alice, NOTIFY_DISCONNECT carol}"]);
  const reasons = relay.reported.map((effect) =>
    effect.type === "client_removed" ? `${effect.client.id} ${effect.reason}` : effect.type
  );
  assertEquals(reasons, ["alice banned", "carol banned"]);
  alice.say("still here");
  assertEquals(alice.heard(), ["UNKNOWN_SESSION"]);
});

Deno.test("ban() ends the session of a name, and no other of its address", () => {
  const relay = new RelayHarness();
  relay.join("alice");
  relay.join("bob");
  ban(relay, "alice");
  assertEquals(idsOf(relay), ["bob"]);
});

Deno.test("ban() keeps out who was waiting for RSA at that time", () => {
  const relay = new RelayHarness();
  relay.holdsRsa = true;
  const [byAddress, byName] = [joinFrom(relay, "192.0.2.1", "bob"), relay.join("alice")];
  ban(relay, "192.0.2.1");
  ban(relay, "alice");
  relay.answerRsa();
  relay.answerRsa();
  assertEquals([byAddress.heard(), byName.heard()], [[BANNED], [BANNED]]);
  assertEquals(idsOf(relay), []);
});

Deno.test("ban() holds until its end, and not a moment longer", () => {
  const relay = new RelayHarness();
  const knock = () => joinFrom(relay, "192.0.2.1", "alice").heard();
  ban(relay, "192.0.2.1", 10_000);
  ban(relay, "alice", 20_000);
  relay.run(9_999);
  assertEquals(knock(), [BANNED]);
  assertEquals(relay.stat("registrations.rsa_operations"), 0);
  relay.run(1);
  assertEquals(knock(), [BANNED], "the name is still banned");
  assertEquals(relay.stat("registrations.rsa_operations"), 1);
  relay.run(10_000);
  assertEquals(knock(), [ACCEPTED]);
  assertEquals(relay.core.bans(relay.clock.now), []);
});

Deno.test("ban() replaces the ban of the same target", () => {
  const relay = new RelayHarness();
  ban(relay, "alice", 1_000);
  relay.run(500);
  const replaced = ban(relay, "alice", 1_000);
  assertEquals(relay.core.bans(relay.clock.now), [replaced]);
  relay.run(999);
  assertEquals(relay.join("alice").heard(), [BANNED]);
});

Deno.test("bans() tells kind, target and times of each", () => {
  const relay = new RelayHarness();
  const { unixMs } = relay.clock.now;
  ban(relay, "2001:db8::1");
  ban(relay, "pump 3", 5_000);
  assertEquals(relay.core.bans(relay.clock.now), [
    { kind: "ip", target: "2001:db8:0:0", sinceUnixMs: unixMs, untilUnixMs: undefined },
    { kind: "name", target: "pump 3", sinceUnixMs: unixMs, untilUnixMs: unixMs + 5_000 },
  ]);
});

Deno.test("unban() lets in again, and tells whether there was a ban", () => {
  const relay = new RelayHarness();
  ban(relay, "2001:db8::1");
  ban(relay, "alice");
  assertEquals([unban(relay, "bob"), unban(relay, "2001:db8:0:1::")], [false, false]);
  assertEquals([unban(relay, "2001:db8::2"), unban(relay, "alice")], [true, true]);
  assertEquals(unban(relay, "alice"), false);
  assertEquals(joinFrom(relay, "2001:db8::1", "alice").heard(), [ACCEPTED]);
});

Deno.test("ban() refuses what is no address and no name, and an end that is past", () => {
  const relay = new RelayHarness();
  const { now } = relay.clock;
  assertThrowsWithCode(() => relay.core.ban("192.0.2.1:5000", undefined, now), "BAN_TARGET");
  for (const untilUnixMs of [now.unixMs, now.unixMs - 1, NaN]) {
    assertThrows(() => relay.core.ban("alice", untilUnixMs, now), RangeError);
  }
  assertEquals(relay.core.bans(now), []);
});

Deno.test("RelayCore keeps out from the start whom it is told to", () => {
  const bans: RelayOptions["bans"] = [
    { kind: "ip", target: "2001:db8:0:0", sinceUnixMs: 0, untilUnixMs: undefined },
    { kind: "name", target: "alice", sinceUnixMs: 0, untilUnixMs: 1 },
  ];
  const relay = new RelayHarness({ bans });
  assertEquals(joinFrom(relay, "2001:db8::1", "bob").heard(), [BANNED]);
  assertEquals(relay.join("alice").heard(), [ACCEPTED], "that one is over");
});

Deno.test("receive() lets no session move into a banned address", () => {
  const relay = new RelayHarness();
  const [alice, bob] = [relay.join("alice"), relay.join("bob")];
  ban(relay, "192.0.2.1");
  relay.settle(alice, bob);
  relay.relocate(alice, "192.0.2.1");
  const move = (sequence: bigint) =>
    alice.sendRoaming(
      namedTlv("CLIENT_SEQUENCE", encodeU64(sequence)),
      namedTlv("MESSAGE", "from elsewhere"),
    );
  move(1n);
  assertEquals([alice.heard(), bob.heard()], [["UNKNOWN_SESSION"], []]);
  assertEquals(relay.stat("registrations.moved"), 0);
  unban(relay, "192.0.2.1");
  move(2n);
  assertEquals(relay.stat("registrations.moved"), 1);
  ban(relay, "192.0.2.1");
  assertEquals(idsOf(relay), ["bob"], "a ban goes by where a client is now");
});
