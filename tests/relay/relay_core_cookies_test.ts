import { assert, assertEquals } from "@std/assert";
import { concat } from "@std/bytes";
import type { RelayOptions } from "../../src/relay/relay_options.ts";
import { COOKIE_SLOT_MS } from "../../src/session/cookies.ts";
import { encodeTlvs, type Tlv } from "../../src/wire/tlv.ts";
import type { HarnessClient } from "../support/harness_client.ts";
import { namedTlv } from "../support/named_tlv.ts";
import { RelayHarness } from "../support/relay_harness.ts";

const ACCEPTED = "{REGISTRATION_ACCEPTED, SERIES_ID}";
const KEY = "SERVER_PUBLIC_KEY_RESPONSE, SERVER_IDENTITY";
const KEY_REQUEST = namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(1_000));

function harnessThatAsks(options: Partial<RelayOptions> = {}): RelayHarness {
  return new RelayHarness({ cookieThreshold: 0, ...options });
}

/** Gets the cookie of a stranger's address, as a TLV. */
function fetchCookie(stranger: HarnessClient): Tlv {
  stranger.sendOuter(KEY_REQUEST);
  const [answer] = stranger.datagrams();
  assert(answer !== undefined && answer.byteLength === 20);
  return namedTlv("COOKIE", answer.slice(4));
}

/** What comes of a key request with other TLVs before it. */
function ask(stranger: HarnessClient, ...before: readonly Tlv[]): string[] {
  stranger.sendOuter(...before, KEY_REQUEST);
  return stranger.heard();
}

Deno.test("receive() answers both requests of a stranger by a cookie, and then with it", () => {
  const relay = harnessThatAsks();
  const alice = relay.stranger();
  const cookie = fetchCookie(alice);
  assertEquals(ask(alice, cookie), [KEY]);
  const registration = alice.register();
  assertEquals(alice.heard(), ["COOKIE"]);
  assertEquals(relay.stat("registrations.rsa_operations"), 0);
  alice.sendDatagram(concat([encodeTlvs([cookie]), registration]));
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(relay.stat("registrations.cookies"), 2);
  assertEquals(relay.drops(), { cookie_required: 2 });
});

Deno.test("receive() reads what stands behind the key of a registration with a cookie", () => {
  const relay = harnessThatAsks();
  const [alice, bob] = [relay.stranger(), relay.stranger()];
  bob.sendDatagram(concat([encodeTlvs([fetchCookie(bob)]), bob.registration()]));
  relay.settle(bob);
  const registration = alice.registration([
    namedTlv("CLIENT_NAME", "alice"),
    namedTlv("MESSAGE", "hi"),
  ]);
  alice.sendDatagram(concat([encodeTlvs([fetchCookie(alice)]), registration]));
  assertEquals(bob.heard(), [
    "{NOTIFY_CONNECT alice}",
    "{SENDER_ID alice, RELAY_SEQUENCE 1, MESSAGE hi}",
  ]);
});

Deno.test("receive() asks a client for no cookie", () => {
  const relay = harnessThatAsks();
  const alice = relay.stranger();
  alice.sendDatagram(concat([encodeTlvs([fetchCookie(alice)]), alice.registration()]));
  relay.settle(alice);
  assertEquals(ask(alice), [KEY]);
  alice.register();
  assertEquals(alice.heard(), [ACCEPTED]);
});

Deno.test("receive() answers each request of a stranger by the same cookie, and keeps nothing", () => {
  const relay = harnessThatAsks();
  const alice = relay.stranger();
  const first = fetchCookie(alice);
  for (let count = 0; count < 1_000; count++) assertEquals(fetchCookie(alice), first);
  assertEquals(relay.stat("registrations.waiting"), 0);
});

const forgeries: { name: string; forge: (cookie: Uint8Array) => Uint8Array }[] = [
  { name: "of zeros", forge: () => new Uint8Array(16) },
  { name: "that is empty", forge: () => new Uint8Array() },
  { name: "cut to 15 bytes", forge: (cookie) => cookie.slice(0, 15) },
  { name: "with a byte more", forge: (cookie) => Uint8Array.of(...cookie, 0) },
  {
    name: "with one bit flipped",
    forge: (cookie) => cookie.map((it, at) => at === 7 ? it ^ 1 : it),
  },
];
for (const { name, forge } of forgeries) {
  Deno.test(`receive() refuses a cookie ${name}`, () => {
    const relay = harnessThatAsks();
    const alice = relay.stranger();
    const forged = namedTlv("COOKIE", forge(fetchCookie(alice).value));
    assertEquals(ask(alice, forged), ["COOKIE"]);
    alice.sendDatagram(concat([encodeTlvs([forged]), alice.registration()]));
    assertEquals(alice.heard(), ["COOKIE"]);
    assertEquals(relay.stat("registrations.rsa_operations"), 0);
  });
}

Deno.test("receive() refuses a cookie from another port, and from another IP address", () => {
  const relay = harnessThatAsks();
  const [alice, sameHost, otherHost] = [
    relay.stranger(),
    relay.stranger(),
    relay.stranger("127.0.0.2"),
  ];
  const cookie = fetchCookie(alice);
  assertEquals([ask(sameHost, cookie), ask(otherHost, cookie)], [["COOKIE"], ["COOKIE"]]);
});

const places: { name: string; before: (cookie: Tlv) => Tlv[] }[] = [
  {
    name: "behind a TLV of unknown type",
    before: (it) => [{ type: 0x7777, value: new Uint8Array() }, it],
  },
  { name: "behind another cookie", before: (it) => [namedTlv("COOKIE", new Uint8Array(16)), it] },
];
for (const { name, before } of places) {
  Deno.test(`receive() passes over a cookie ${name}: it must be the first TLV`, () => {
    const alice = harnessThatAsks().stranger();
    assertEquals(ask(alice, ...before(fetchCookie(alice))), ["COOKIE"]);
  });
}

Deno.test("receive() passes over a cookie behind the request", () => {
  const alice = harnessThatAsks().stranger();
  const cookie = fetchCookie(alice);
  alice.sendOuter(KEY_REQUEST, cookie);
  assertEquals(alice.heard(), ["COOKIE"]);
});

Deno.test("receive() takes a cookie until the end of the slot after its own", () => {
  const relay = harnessThatAsks();
  const alice = relay.stranger();
  relay.run(COOKIE_SLOT_MS - relay.clock.now.monotonicMs);
  const cookie = fetchCookie(alice);
  relay.run(2 * COOKIE_SLOT_MS - 1);
  assertEquals(ask(alice, cookie), [KEY]);
  relay.run(1);
  assertEquals(ask(alice, cookie), ["COOKIE"]);
});

Deno.test("receive() answers by a cookie only what is at least as long as the answer", () => {
  const relay = harnessThatAsks();
  const alice = relay.stranger();
  const request = (bytes: number) => namedTlv("PUBLIC_KEY_REQUEST", new Uint8Array(bytes - 4));
  alice.sendOuter(request(19));
  alice.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", new Uint8Array(15)));
  assertEquals(alice.heard(), []);
  alice.sendOuter(request(20));
  assertEquals(alice.heard(), ["COOKIE"]);
  assertEquals(relay.stat("registrations.cookies"), 1);
  assertEquals(relay.drops(), { cookie_required: 3 });
});

Deno.test("receive() asks for cookies when more than the threshold of registrations waits", () => {
  const relay = new RelayHarness({ cookieThreshold: 3, rsaConcurrency: 1 });
  relay.holdsRsa = true;
  for (let count = 0; count < 3; count++) relay.stranger().register();
  const alice = relay.stranger();
  assertEquals(ask(alice), [KEY], "at the threshold");
  relay.stranger().register();
  assertEquals(ask(alice), ["COOKIE"], "one past it");
  alice.register();
  assertEquals(alice.heard(), ["COOKIE"]);
  assertEquals(relay.stat("registrations.waiting"), 4);
  relay.answerRsa();
  assertEquals(ask(alice), [KEY], "at the threshold again");
});

Deno.test("receive() asks for a cookie before it looks at bans and at the block", () => {
  const relay = harnessThatAsks();
  relay.carryOut(relay.core.ban("127.0.0.1", undefined, relay.clock.now).effects);
  const mallory = relay.stranger();
  mallory.sendOuter(namedTlv("ENCRYPTED_SYMMETRIC_KEY", new Uint8Array(100)));
  assertEquals(mallory.heard(), ["COOKIE"]);
});

Deno.test("receive() answers a stranger who asks for nothing by UNKNOWN_SESSION, also under load", () => {
  const alice = harnessThatAsks().stranger();
  alice.sendOuter(namedTlv("KEEP_ALIVE"));
  assertEquals(alice.heard(), ["UNKNOWN_SESSION"]);
});

Deno.test("receive() serves one who asks while another source floods it with key requests", () => {
  const relay = new RelayHarness({ cookieThreshold: 64, rsaConcurrency: 1 });
  const flooder = relay.stranger("10.0.0.1");
  for (let count = 0; count < 10_000; count++) {
    flooder.sendOuter(namedTlv("PUBLIC_KEY_REQUEST"));
    flooder.forget();
  }
  const alice = relay.stranger();
  assertEquals(ask(alice), [KEY]);
  alice.registerAs("alice");
  assertEquals(alice.heard(), [ACCEPTED]);
  assertEquals(relay.drops(), { rate_limited: 9_995 });
});
