import { assertEquals, assertThrows } from "@std/assert";
import { applyMask, mgf1 } from "../../src/crypto/mgf1.ts";
import { oaepEncode } from "../../src/crypto/oaep_encoding.ts";
import { sha256 } from "../../src/crypto/sha256.ts";

const SEED = Uint8Array.from({ length: 32 }, (_, index) => index * 7);

for (const modulusBytes of [66, 256, 257, 512, 1024]) {
  const longest = modulusBytes - 66;
  for (const length of new Set([0, Math.min(1, longest), longest])) {
    Deno.test(`oaepEncode() pads ${length} bytes to ${modulusBytes}`, () => {
      const plaintext = new Uint8Array(length).fill(0x5a);
      const encoded = oaepEncode(plaintext, SEED, modulusBytes);
      assertEquals([encoded.byteLength, encoded[0]], [modulusBytes, 0]);
      const { seed, dataBlock } = unmasked(encoded);
      assertEquals(seed, SEED);
      const zeros = new Uint8Array(longest - length);
      const expected = Uint8Array.of(...sha256(new Uint8Array()), ...zeros, 1, ...plaintext);
      assertEquals(dataBlock.toHex(), expected.toHex());
    });
  }
  Deno.test(`oaepEncode() refuses ${longest + 1} bytes for ${modulusBytes}`, () => {
    assertThrows(() => oaepEncode(new Uint8Array(longest + 1), SEED, modulusBytes), RangeError);
  });
}

for (const length of [0, 31, 33]) {
  Deno.test(`oaepEncode() refuses a seed of ${length} bytes`, () => {
    assertThrows(() => oaepEncode(new Uint8Array(1), new Uint8Array(length), 256), RangeError);
  });
}

Deno.test("oaepEncode() leaves plaintext and seed as they are", () => {
  const plaintext = Uint8Array.of(1, 2, 3);
  const seed = SEED.slice();
  oaepEncode(plaintext, seed, 256);
  assertEquals([plaintext, seed], [Uint8Array.of(1, 2, 3), SEED]);
});

function unmasked(encoded: Uint8Array): { seed: Uint8Array; dataBlock: Uint8Array } {
  const seed = encoded.slice(1, 33);
  const dataBlock = encoded.slice(33);
  applyMask(seed, mgf1(dataBlock, 32));
  applyMask(dataBlock, mgf1(seed, dataBlock.byteLength));
  return { seed, dataBlock };
}
