import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  formatInvitation,
  type Invitation,
  isAdmissionToken,
  MAX_INVITATION_LENGTH,
  parseInvitation,
} from "../../src/client/invitation.ts";
import { assertThrowsWithCode, outcomeOf } from "../support/assert_code.ts";

const IDENTITY = `SHA256:ab+/${"A".repeat(39)}`;
const TOKEN = "Re_4xja5zbhUfSe6CG5txiqYmj43HxIVNb0qYeXtqao";
const RELAY = { hostname: "relay.example", port: 47_700 };

/** An invitation with one thing or another put differently. */
function line(
  { address = "relay.example:47700", identity = IDENTITY, token = TOKEN } = {},
): string {
  return `hushcast://${address}?identity=${identity}&token=${token}`;
}

const same: { name: string; invitation: Invitation; text: string }[] = [
  {
    name: "a host name",
    invitation: { relay: RELAY, identity: IDENTITY, token: TOKEN },
    text: line(),
  },
  {
    name: "an IPv4 address",
    invitation: { relay: { hostname: "192.0.2.7", port: 1 }, identity: IDENTITY, token: TOKEN },
    text: line({ address: "192.0.2.7:1" }),
  },
  {
    name: "an IPv6 address",
    invitation: {
      relay: { hostname: "2001:db8::7", port: 65_535 },
      identity: IDENTITY,
      token: "t",
    },
    text: line({ address: "[2001:db8::7]:65535", token: "t" }),
  },
  {
    name: "an IPv6 address with a zone, as RFC 6874 writes it",
    invitation: { relay: { hostname: "fe80::1%eth0", port: 5 }, identity: IDENTITY, token: "t" },
    text: line({ address: "[fe80::1%25eth0]:5", token: "t" }),
  },
  {
    name: "a host name beyond ASCII",
    invitation: { relay: { hostname: "bücher.example", port: 5 }, identity: IDENTITY, token: "t" },
    text: line({ address: "b%C3%BCcher.example:5", token: "t" }),
  },
  {
    name: "a token of anything",
    invitation: { relay: RELAY, identity: IDENTITY, token: "a&b=c+d e#f?g%h'ü" },
    text: line({ token: "a%26b%3Dc%2Bd%20e%23f%3Fg%25h%27%C3%BC" }),
  },
];

for (const { name, invitation, text } of same) {
  Deno.test(`formatInvitation() writes ${name}`, () => {
    assertEquals(formatInvitation(invitation), text);
  });
  Deno.test(`parseInvitation() reads ${name}`, () => {
    assertEquals(parseInvitation(text), invitation);
  });
}

Deno.test("formatInvitation() writes a URI, with the fingerprint as it is printed elsewhere", () => {
  const text = formatInvitation({ relay: RELAY, identity: IDENTITY, token: TOKEN });
  assertEquals(new URL(text).href, text);
  assertEquals(new URL(text).search, `?identity=${IDENTITY}&token=${TOKEN}`);
});

const alike: { name: string; text: string }[] = [
  { name: "everything escaped", text: line({ identity: encodeURIComponent(IDENTITY) }) },
  { name: "an escaped +", text: line({ identity: IDENTITY.replace("+", "%2B") }) },
  { name: "the scheme in capitals", text: line().replace("hushcast", "HUSHCAST") },
  {
    name: "the token first",
    text: `hushcast://relay.example:47700?token=${TOKEN}&identity=${IDENTITY}`,
  },
];

for (const { name, text } of alike) {
  Deno.test(`parseInvitation() takes ${name}`, () => {
    assertEquals(parseInvitation(text), { relay: RELAY, identity: IDENTITY, token: TOKEN });
  });
}

const refused: { name: string; text: string }[] = [
  { name: "nothing", text: "" },
  { name: "a bare token", text: TOKEN },
  { name: "another scheme", text: line().replace("hushcast:", "http:") },
  { name: "something before it", text: ` ${line()}` },
  { name: "a blank behind it", text: `${line()} ` + "\n" },
  { name: "two lines", text: `${line()}\n${line()}` },
  { name: "a user", text: line({ address: "ada@relay.example:47700" }) },
  { name: "a user that is escaped", text: line({ address: "a%5Bda:relay.example:47700" }) },
  { name: "no port", text: line({ address: "relay.example" }) },
  { name: "port 0", text: line({ address: "relay.example:0" }) },
  { name: "port 65536", text: line({ address: "relay.example:65536" }) },
  { name: "no host", text: line({ address: ":47700" }) },
  { name: "IPv6 without brackets", text: line({ address: "2001:db8::7:47700" }) },
  { name: "a host in brackets that is none", text: line({ address: "[relay]:47700" }) },
  { name: "a blank in the host", text: line({ address: "a%20b:47700" }) },
  { name: "a line feed in the host", text: line({ address: "a%0Ab:47700" }) },
  { name: "a path", text: line({ address: "relay.example:47700/x" }) },
  { name: "a fragment", text: `${line()}#x` },
  { name: "no query", text: "hushcast://relay.example:47700" },
  { name: "an empty query", text: "hushcast://relay.example:47700?" },
  { name: "no identity", text: `hushcast://relay.example:47700?token=${TOKEN}` },
  { name: "no token", text: `hushcast://relay.example:47700?identity=${IDENTITY}` },
  { name: "an empty token", text: line({ token: "" }) },
  { name: "an identity too short", text: line({ identity: IDENTITY.slice(0, -1) }) },
  { name: "an identity that no key has", text: line({ identity: `SHA256:${"A".repeat(42)}B` }) },
  { name: "an identity with a blank for its +", text: line({ identity: "SHA256:a%20b" }) },
  { name: "two tokens", text: `${line()}&token=x` },
  { name: "two identities", text: `${line()}&identity=${IDENTITY}` },
  { name: "an unknown parameter", text: `${line()}&name=ada` },
  { name: "a parameter without a value", text: `${line()}&` },
  { name: "a name in capitals", text: line().replace("token=", "TOKEN=") },
  { name: "half an escape", text: line({ token: `${TOKEN}%2` }) },
  { name: "an escape that is not UTF-8", text: line({ token: `${TOKEN}%FF` }) },
  { name: "an escaped line feed in the token", text: line({ token: `${TOKEN}%0A` }) },
  { name: "a token of 513 bytes", text: line({ token: "a".repeat(513) }) },
  { name: "4,097 characters", text: line().padEnd(MAX_INVITATION_LENGTH + 1, "a") },
];

for (const { name, text } of refused) {
  Deno.test(`parseInvitation() refuses ${name}, and quotes nothing of it`, () => {
    const { message } = assertThrowsWithCode(() => parseInvitation(text), "INVITATION_MALFORMED");
    for (const part of [TOKEN.slice(0, 6), "ab+/", "AAAA", "relay.example", "ada"]) {
      assert(!message.includes(part), message);
    }
  });
}

Deno.test("parseInvitation() takes a token of 512 bytes, however it is escaped", () => {
  const token = "ü".repeat(256);
  assertEquals(parseInvitation(line({ token: encodeURIComponent(token) })).token, token);
  assertEquals(parseInvitation(line({ token })).token, token);
});

const unwritable: { name: string; invitation: Invitation }[] = [
  {
    name: "a host with a port of its own",
    invitation: { relay: { hostname: "a]:5", port: 5 }, identity: IDENTITY, token: "t" },
  },
  {
    name: "port 0",
    invitation: { relay: { hostname: "a", port: 0 }, identity: IDENTITY, token: "t" },
  },
  { name: "no fingerprint", invitation: { relay: RELAY, identity: "SHA256:", token: TOKEN } },
  { name: "an empty token", invitation: { relay: RELAY, identity: IDENTITY, token: "" } },
  {
    name: "a token that is no text",
    invitation: { relay: RELAY, identity: IDENTITY, token: `${TOKEN}\ud800` },
  },
];

for (const { name, invitation } of unwritable) {
  Deno.test(`formatInvitation() refuses ${name}`, () => {
    const { message } = assertThrows(() => formatInvitation(invitation), TypeError);
    assert(!message.includes(TOKEN), message);
  });
}

for (const text of ["", "a\n", "a\x7f", "\ud800", "a".repeat(513), "ü".repeat(257)]) {
  Deno.test(`isAdmissionToken() refuses ${JSON.stringify(text.slice(0, 8))}`, () => {
    assertEquals(isAdmissionToken(text), false);
  });
}

const anyInvitation = fc.record({
  relay: fc.record({
    hostname: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constantFrom("a/b", "a?b", "a%41b")),
    port: fc.integer({ min: 1, max: 65_535 }),
  }),
  identity: fc.uint8Array({ minLength: 32, maxLength: 32 })
    .map((digest) => `SHA256:${digest.toBase64({ omitPadding: true })}`),
  token: fc.string({ unit: "binary", maxLength: 60 }).filter(isAdmissionToken),
});

Deno.test("parseInvitation() gives back what formatInvitation() was given", () => {
  fc.assert(fc.property(anyInvitation, (invitation) => {
    assertEquals(parseInvitation(formatInvitation(invitation)), invitation);
  }));
});

Deno.test("parseInvitation() returns or throws its one error, whatever it is given", () => {
  const parts = fc.array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.constantFrom("hushcast://", "a:1", "?", "&", "identity=", "token=", "%", "%2B", "[::1]"),
      fc.constant(IDENTITY),
    ),
    { maxLength: 12 },
  );
  fc.assert(fc.property(parts, (parts) => {
    outcomeOf(() => parseInvitation(parts.join("")), "INVITATION_MALFORMED");
  }));
});
