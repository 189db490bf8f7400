import { assertEquals } from "@std/assert";
import { constantTimeEqual } from "../../src/crypto/constant_time.ts";

const cases = [
  { name: "two empty arrays", a: [], b: [], equal: true },
  { name: "the same bytes", a: [1, 2, 3], b: [1, 2, 3], equal: true },
  { name: "a difference in the first byte", a: [9, 2, 3], b: [1, 2, 3], equal: false },
  { name: "a difference in the last byte", a: [1, 2, 3], b: [1, 2, 9], equal: false },
  { name: "a longer array", a: [1, 2, 3], b: [1, 2, 3, 0], equal: false },
  { name: "an empty array and a full one", a: [], b: [0], equal: false },
];

for (const { name, a, b, equal } of cases) {
  Deno.test(`constantTimeEqual() compares ${name}`, () => {
    assertEquals(constantTimeEqual(Uint8Array.from(a), Uint8Array.from(b)), equal);
  });
}
