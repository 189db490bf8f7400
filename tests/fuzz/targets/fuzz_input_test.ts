import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decodeInput, encodeInput } from "./fuzz_input.ts";

const INPUTS: readonly { readonly name: string; readonly input: unknown }[] = [
  { name: "bytes", input: Uint8Array.of(0, 255) },
  { name: "a big integer", input: 2n ** 64n - 1n },
  { name: "numbers that JSON has no word for", input: [NaN, Infinity, -Infinity, -0] },
  { name: "what is undefined, in a list and in an object", input: [undefined, { a: undefined }] },
  { name: "an object that looks like bytes", input: { hex: "00" } },
  {
    name: "an object that looks like an object that looks like bytes",
    input: { object: { hex: 1 } },
  },
  { name: "half of a pair of surrogates", input: "\ud800" },
  { name: "a key that is a prototype's", input: Object.fromEntries([["__proto__", [1]]]) },
];

for (const { name, input } of INPUTS) {
  Deno.test(`decodeInput() reads ${name} as encodeInput() wrote it`, () => {
    assertEquals(decodeInput(encodeInput(input)), input);
  });
}

Deno.test("decodeInput() reads anything that encodeInput() wrote", () => {
  const inputs = fc.anything({
    withBigInt: true,
    values: [fc.anything(), fc.uint8Array()],
    withNullPrototype: false,
  }).filter(isPlain);
  fc.assert(
    fc.property(inputs, (input) => assertEquals(decodeInput(encodeInput(input)), input)),
    { seed: 1961 },
  );
});

Deno.test("encodeInput() refuses what it can't write", () => {
  for (const input of [new Map(), [new Date()], () => 0, Symbol("a"), new Uint16Array(1)]) {
    assertThrows(() => encodeInput(input), TypeError, "Cannot keep an input");
  }
});

function isPlain(value: unknown): boolean {
  try {
    encodeInput(value);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
