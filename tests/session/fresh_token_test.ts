import { assertEquals } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";
import { openFreshToken } from "../../src/session/fresh_token.ts";
import { encodeTlvs } from "../../src/wire/tlv.ts";
import { namedTlv } from "../support/named_tlv.ts";

const NOW = 1_700_000_000;
const FERNET = new Fernet(Fernet.generateKeyFrom(new Uint8Array(32).fill(1)));
const OTHER = new Fernet(Fernet.generateKeyFrom(new Uint8Array(32).fill(2)));
const PLAINTEXT = encodeTlvs([namedTlv("MESSAGE", "hello")]);

const ages: { ageSeconds: number; maxAgeSeconds: number; state: "fresh" | "refused" }[] = [
  { ageSeconds: 0, maxAgeSeconds: 60, state: "fresh" },
  { ageSeconds: 60, maxAgeSeconds: 60, state: "fresh" },
  { ageSeconds: 61, maxAgeSeconds: 60, state: "refused" },
  { ageSeconds: -60, maxAgeSeconds: 60, state: "fresh" },
  { ageSeconds: -61, maxAgeSeconds: 60, state: "refused" },
  { ageSeconds: 1_000_000, maxAgeSeconds: 0, state: "fresh" },
  { ageSeconds: -1_000_000, maxAgeSeconds: 0, state: "fresh" },
];

for (const { ageSeconds, maxAgeSeconds, state } of ages) {
  const rule = `${state === "fresh" ? "takes" : "refuses"} a token of ${ageSeconds} s`;
  Deno.test(`openFreshToken() ${rule} with max_message_age ${maxAgeSeconds}`, () => {
    const token = FERNET.encrypt(PLAINTEXT, { now: NOW - ageSeconds });
    assertEquals(openFreshToken(FERNET, token, maxAgeSeconds, NOW).state, state);
  });
}

Deno.test("openFreshToken() gives TLVs, timestamp and HMAC", () => {
  const token = FERNET.encrypt(PLAINTEXT, { now: NOW - 5 });
  const result = openFreshToken(FERNET, token, 60, NOW);
  if (result.state !== "fresh") throw new Error(result.reason);
  assertEquals(result.tlvs, [namedTlv("MESSAGE", "hello")]);
  assertEquals(result.timestamp, NOW - 5);
  assertEquals(result.hmac.byteLength, 32);
});

Deno.test("openFreshToken() says how old a stale token is", () => {
  const token = FERNET.encrypt(PLAINTEXT, { now: NOW - 90 });
  const expected = { state: "refused", reason: "stale", timestamp: NOW - 90 } as const;
  assertEquals(openFreshToken(FERNET, token, 60, NOW), expected);
});

const unreadable: { name: string; token: Uint8Array; reason: "unauthentic" | "malformed" }[] = [
  {
    name: "a token under another key, however old",
    token: OTHER.encrypt(PLAINTEXT, { now: 0 }),
    reason: "unauthentic",
  },
  { name: "no token at all", token: new TextEncoder().encode("hello"), reason: "malformed" },
  {
    name: "a plaintext that ends within a TLV",
    token: FERNET.encrypt(PLAINTEXT.subarray(0, 7), { now: NOW }),
    reason: "malformed",
  },
];

for (const { name, token, reason } of unreadable) {
  Deno.test(`openFreshToken() refuses ${name} as ${reason}`, () => {
    assertEquals(openFreshToken(FERNET, token, 60, NOW), { state: "refused", reason });
  });
}
