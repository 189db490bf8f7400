import { assert, assertEquals, assertMatch } from "@std/assert";
import { newAdmissionToken } from "../../src/cli/new_admission_token.ts";
import { sha256 } from "../../src/crypto/sha256.ts";

Deno.test("newAdmissionToken() makes other tokens each time, none of which reads as a flag", () => {
  const tokens = Array.from({ length: 1_000 }, () => newAdmissionToken("ada", 5_000, 1_000));
  for (const { text, record } of tokens) {
    assertMatch(text, /^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/);
    const digest = sha256(new TextEncoder().encode(text));
    assertEquals(record.digest.toHex(), digest.toHex());
  }
  assertEquals(new Set(tokens.map(({ text }) => text)).size, 1_000);
});

Deno.test("newAdmissionToken() notes name and times", () => {
  const { record } = newAdmissionToken("ada", 5_000, 1_000);
  assertEquals(
    [record.name, record.createdUnixMs, record.expiresUnixMs],
    ["ada", 5_000, 6_000],
  );
  assert(newAdmissionToken("ada", 5_000, undefined).record.expiresUnixMs === undefined);
});
