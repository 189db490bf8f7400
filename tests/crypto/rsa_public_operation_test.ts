import { assertEquals, assertThrows } from "@std/assert";
import {
  bitLength,
  i2osp,
  os2ip,
  rsaPublicOperation,
} from "../../src/crypto/rsa_public_operation.ts";
import { RsaTestKey } from "../support/direct_rsa_test_key.ts";

const texts = [
  { number: 0n, length: 0, hex: "" },
  { number: 0n, length: 3, hex: "000000" },
  { number: 1n, length: 1, hex: "01" },
  { number: 0xffn, length: 1, hex: "ff" },
  { number: 0x100n, length: 2, hex: "0100" },
  { number: 0x0abcn, length: 4, hex: "00000abc" },
  { number: 2n ** 64n - 1n, length: 8, hex: "ffffffffffffffff" },
];
for (const { number, length, hex } of texts) {
  Deno.test(`i2osp() writes ${number} in ${length} bytes, and os2ip() reads it`, () => {
    const bytes = i2osp(number, length);
    assertEquals(bytes.toHex(), hex);
    assertEquals(os2ip(bytes), number);
  });
}

for (
  const { number, length } of [
    { number: 1n, length: 0 },
    { number: 0x100n, length: 1 },
    { number: 2n ** 64n, length: 8 },
    { number: -1n, length: 8 },
  ]
) {
  Deno.test(`i2osp() refuses ${number} in ${length} bytes`, () => {
    assertThrows(() => i2osp(number, length), RangeError);
  });
}

for (
  const { number, bits } of [
    { number: 0n, bits: 0 },
    { number: 1n, bits: 1 },
    { number: 255n, bits: 8 },
    { number: 256n, bits: 9 },
    { number: 2n ** 8192n, bits: 8193 },
  ]
) {
  Deno.test(`bitLength() of ${bits === 8193 ? "2^8192" : number} is ${bits}`, () => {
    assertEquals(bitLength(number), bits);
  });
}

const SMALL_KEY = { modulus: 3233n, exponent: 17n };

for (
  const { number, result } of [
    { number: 0n, result: 0n },
    { number: 1n, result: 1n },
    { number: 65n, result: 2790n },
    { number: 3232n, result: 3232n },
  ]
) {
  Deno.test(`rsaPublicOperation() makes ${number} to ${result} under a small key`, () => {
    assertEquals(rsaPublicOperation(number, SMALL_KEY), result);
  });
}

for (const number of [-1n, 3233n, 4000n]) {
  Deno.test(`rsaPublicOperation() refuses ${number} under a modulus of 3233`, () => {
    assertThrows(() => rsaPublicOperation(number, SMALL_KEY), RangeError);
  });
}

Deno.test("rsaPublicOperation() undoes the private operation of 8192 bits", async () => {
  const key = await RsaTestKey.read(8192);
  const number = os2ip(new Uint8Array(1000).fill(0x5a));
  const signed = os2ip(key.privateOperation(i2osp(number, 1024)));
  assertEquals(rsaPublicOperation(signed, key.numbers) === number, true);
});
