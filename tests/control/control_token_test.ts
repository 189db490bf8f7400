import { assert, assertFalse, assertThrows } from "@std/assert";
import { TokenDigest } from "../../src/control/control_token.ts";

Deno.test("TokenDigest.matches() takes the token", () => {
  assert(new TokenDigest("sécret").matches("sécret"));
});

for (const token of ["", "s", "sécre", "sécret ", "Sécret", "se\u0301cret", "x".repeat(70_000)]) {
  Deno.test(`TokenDigest.matches() refuses ${JSON.stringify(token.slice(0, 10))}`, () => {
    assertFalse(new TokenDigest("sécret").matches(token));
  });
}

Deno.test("TokenDigest refuses to be made of an empty token", () => {
  assertThrows(() => new TokenDigest(""), RangeError);
});
