import { assertEquals, assertThrows } from "@std/assert";
import { FIRST_DELAY_MS } from "../../src/control/auth_penalties.ts";
import { TokenGate } from "../../src/control/token_gate.ts";

for (const token of ["secre", "secret ", "Secret", "", "sécret", "x".repeat(4_000)]) {
  Deno.test(`TokenGate.check() refuses ${JSON.stringify(token.slice(0, 10))}`, () => {
    const verdict = new TokenGate("secret").check(token, "192.0.2.1", 10);
    assertEquals(verdict, { isGranted: false, answerAtMs: 10 + FIRST_DELAY_MS });
  });
}

Deno.test("TokenGate.check() grants the token at once", () => {
  const verdict = new TokenGate("sécret").check("sécret", "192.0.2.1", 10);
  assertEquals(verdict, { isGranted: true, answerAtMs: 10 });
});

Deno.test("TokenGate.check() lets the token wait behind a wrong one of the same source", () => {
  const gate = new TokenGate("secret");
  gate.check("wrong", "192.0.2.1", 10);
  const verdict = gate.check("secret", "192.0.2.1", 11);
  assertEquals(verdict, { isGranted: true, answerAtMs: 10 + FIRST_DELAY_MS });
});

Deno.test("TokenGate refuses to be made with an empty token", () => {
  assertThrows(() => new TokenGate(""), RangeError);
});
