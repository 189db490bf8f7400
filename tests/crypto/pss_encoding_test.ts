import { assertEquals } from "@std/assert";
import { isPssEncoding } from "../../src/crypto/pss_encoding.ts";
import { pssEncoding, type PssEncodingOptions } from "../support/direct_pss_encoding.ts";

const DATA = new TextEncoder().encode("pump 3 is off");

for (const encodedBits of [528, 2041, 2047, 2048, 2049, 4094, 8191]) {
  Deno.test(`isPssEncoding() takes an encoding of ${encodedBits} bits`, () => {
    const encoded = pssEncoding(DATA, encodedBits);
    assertEquals(isPssEncoding(encoded, encodedBits, DATA), true);
    assertEquals(isPssEncoding(encoded, encodedBits, DATA.subarray(1)), false);
  });
}

Deno.test("isPssEncoding() takes an encoding of nothing, with any salt of 32 bytes", () => {
  for (const byte of [0, 1, 0xff]) {
    const encoded = pssEncoding(new Uint8Array(), 2047, { salt: new Uint8Array(32).fill(byte) });
    assertEquals(isPssEncoding(encoded, 2047, new Uint8Array()), true);
  }
});

const refused: { name: string; options: PssEncodingOptions }[] = [
  { name: "no salt", options: { salt: new Uint8Array(0) } },
  { name: "a salt of 20 bytes", options: { salt: new Uint8Array(20).fill(7) } },
  { name: "a salt of 31 bytes", options: { salt: new Uint8Array(31).fill(7) } },
  { name: "a salt of 33 bytes", options: { salt: new Uint8Array(33).fill(7) } },
  {
    name: "a salt of 33 bytes that begins with a separator",
    options: { salt: Uint8Array.of(1, ...new Uint8Array(32).fill(7)) },
  },
  {
    name: "a salt of 31 bytes behind a second separator",
    options: {
      salt: new Uint8Array(31).fill(7),
      changeDataBlock: (block) => block[block.byteLength - 33] = 1,
    },
  },
  { name: "no separator", options: { separator: 0 } },
  { name: "another separator", options: { separator: 2 } },
  { name: "another trailer", options: { trailer: 0xcc } },
  { name: "a bit in the zeros", options: { changeDataBlock: (block) => block[5] = 1 } },
  {
    name: "a bit in the first zeros",
    options: { changeDataBlock: (block) => block[0] = 1 },
  },
];
for (const { name, options } of refused) {
  Deno.test(`isPssEncoding() refuses an encoding with ${name}`, () => {
    assertEquals(isPssEncoding(pssEncoding(DATA, 2047, options), 2047, DATA), false);
  });
}

Deno.test("isPssEncoding() refuses an encoding with a bit beyond its length", () => {
  const encoded = pssEncoding(DATA, 2041);
  for (let bit = 1; bit < 8; bit++) {
    const [first = 0] = encoded;
    assertEquals(isPssEncoding(encoded.with(0, first | (1 << bit)), 2041, DATA), false);
  }
});

Deno.test("isPssEncoding() refuses an encoding with any one bit flipped", () => {
  const encoded = pssEncoding(DATA, 2047);
  for (let bit = 0; bit < 8 * encoded.byteLength; bit++) {
    const flipped = (encoded[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assertEquals(isPssEncoding(encoded.with(bit >> 3, flipped), 2047, DATA), false, `bit ${bit}`);
  }
});

Deno.test("isPssEncoding() refuses what is too short to hold a salt", () => {
  for (const length of [0, 1, 33, 65]) {
    const bytes = new Uint8Array(length).fill(0xbc);
    assertEquals(isPssEncoding(bytes, 8 * length, DATA), false);
  }
});

Deno.test("isPssEncoding() leaves the encoding as it is", () => {
  const encoded = pssEncoding(DATA, 2047);
  const copy = encoded.slice();
  isPssEncoding(encoded, 2047, DATA);
  assertEquals(encoded, copy);
});
