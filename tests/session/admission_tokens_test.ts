import { assertEquals, assertThrows } from "@std/assert";
import {
  type AdmissionToken,
  AdmissionTokens,
  isExpired,
  MAX_ADMISSION_TOKENS,
} from "../../src/session/admission_tokens.ts";
import { admissionToken } from "../support/admission_tokens.ts";

const ALICE = admissionToken("alice's token", "alice");
const BOB = admissionToken("bob's token", "bob", 1_000);

function find(tokens: readonly AdmissionToken[], text: string, nowUnixMs = 0) {
  return new AdmissionTokens(tokens).find(new TextEncoder().encode(text), nowUnixMs);
}

/** As many digests as are asked for, no two the same and none of a text. */
function digests(count: number): AdmissionToken[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = new Uint8Array(32);
    new DataView(digest.buffer).setUint32(28, index);
    return { name: `${index}`, digest, createdUnixMs: 0, expiresUnixMs: undefined };
  });
}

Deno.test("AdmissionTokens.find() finds each token by its text", () => {
  assertEquals(find([ALICE, BOB], "alice's token"), ALICE);
  assertEquals(find([ALICE, BOB], "bob's token"), BOB);
});

for (const text of ["", "alice", "alice's toke", "alice's token ", "Alice's token"]) {
  Deno.test(`AdmissionTokens.find() does not find "${text}"`, () => {
    assertEquals(find([ALICE, BOB], text), undefined);
  });
}

Deno.test("AdmissionTokens.find() finds nothing when there are none", () => {
  assertEquals(find([], "alice's token"), undefined);
});

for (let bit = 0; bit < 256; bit += 5) {
  Deno.test(`AdmissionTokens.find() refuses a digest that differs in bit ${bit}`, () => {
    const digest = ALICE.digest.slice();
    digest[bit >> 3] = (digest[bit >> 3] ?? 0) ^ 1 << (bit & 7);
    assertEquals(find([{ ...ALICE, digest }], "alice's token"), undefined);
  });
}

Deno.test("AdmissionTokens.find() refuses a token from the moment that it expires", () => {
  assertEquals(find([ALICE, BOB], "bob's token", 999), BOB);
  assertEquals(find([ALICE, BOB], "bob's token", 1_000), undefined);
});

Deno.test("AdmissionTokens.find() goes by the later of two tokens with one digest", () => {
  const renamed = { ...ALICE, name: "alice the second" };
  assertEquals(find([ALICE, renamed], "alice's token"), renamed);
});

Deno.test("AdmissionTokens takes as many tokens as the bound says, and not one more", () => {
  const tokens = digests(MAX_ADMISSION_TOKENS - 1);
  assertEquals(find([...tokens, ALICE], "alice's token"), ALICE);
  assertEquals(new AdmissionTokens([...tokens, ALICE]).size, MAX_ADMISSION_TOKENS);
  assertThrows(() => new AdmissionTokens([...tokens, ALICE, BOB]), RangeError);
});

for (const bytes of [0, 31, 33]) {
  Deno.test(`AdmissionTokens refuses a digest of ${bytes} bytes`, () => {
    const token = { ...ALICE, digest: new Uint8Array(bytes) };
    assertThrows(() => new AdmissionTokens([token]), RangeError);
  });
}

Deno.test("AdmissionTokens keeps no hold of the array that it was given", () => {
  const tokens = [ALICE];
  const kept = new AdmissionTokens(tokens);
  tokens.length = 0;
  assertEquals(kept.size, 1);
  assertEquals(kept.find(new TextEncoder().encode("alice's token"), 0), ALICE);
});

Deno.test("AdmissionTokens.current() gives what is known now of a token that was found", () => {
  const extended = { ...BOB, expiresUnixMs: 2_000 };
  const tokens = new AdmissionTokens([ALICE, extended]);
  assertEquals(tokens.current(BOB), extended);
  assertEquals(tokens.current(ALICE), ALICE);
});

Deno.test("AdmissionTokens.current() knows no token of another digest, or of another name", () => {
  const tokens = new AdmissionTokens([ALICE]);
  assertEquals(tokens.current(admissionToken("a newer token", "alice")), undefined);
  assertEquals(tokens.current({ ...ALICE, name: "bob" }), undefined);
});

Deno.test("isExpired() is true from the moment of expiry on, and never without one", () => {
  assertEquals([999, 1_000, 1_001].map((nowMs) => isExpired(BOB, nowMs)), [false, true, true]);
  assertEquals(isExpired(ALICE, Number.MAX_SAFE_INTEGER), false);
});
