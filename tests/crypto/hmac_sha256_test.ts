import { assertEquals, assertThrows } from "@std/assert";
import { createHmac } from "node:crypto";
import { HmacSha256 } from "../../src/crypto/hmac_sha256.ts";

const ascii = new TextEncoder();

// RFC 4231, sections 4.2 to 4.5.
const vectors = [
  {
    name: "RFC 4231 case 1",
    key: new Uint8Array(20).fill(0x0b),
    data: ascii.encode("Hi There"),
    hex: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    name: "RFC 4231 case 2",
    key: ascii.encode("Jefe"),
    data: ascii.encode("what do ya want for nothing?"),
    hex: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    name: "RFC 4231 case 3",
    key: new Uint8Array(20).fill(0xaa),
    data: new Uint8Array(50).fill(0xdd),
    hex: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
  },
  {
    name: "RFC 4231 case 4",
    key: Uint8Array.from({ length: 25 }, (_, index) => index + 1),
    data: new Uint8Array(50).fill(0xcd),
    hex: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
  },
];

for (const { name, key, data, hex } of vectors) {
  Deno.test(`HmacSha256.digest() gives the value of ${name}, again and again`, () => {
    const hmac = new HmacSha256(key);
    assertEquals(hmac.digest(data).toHex(), hex);
    assertEquals(hmac.digest(data).toHex(), hex);
  });
}

Deno.test("HmacSha256.digest() agrees with node:crypto around the block size", () => {
  const key = Uint8Array.from({ length: 64 }, (_, index) => index);
  const hmac = new HmacSha256(key);
  for (const length of [0, 1, 55, 56, 63, 64, 65, 127, 128, 1200]) {
    const data = new Uint8Array(length).fill(length);
    const expected = createHmac("sha256", key).update(data).digest("hex");
    assertEquals(hmac.digest(data).toHex(), expected, `${length} bytes`);
  }
});

Deno.test("HmacSha256 takes a key of 64 bytes and refuses one of 65", () => {
  new HmacSha256(new Uint8Array(64));
  assertThrows(() => new HmacSha256(new Uint8Array(65)), RangeError);
});
