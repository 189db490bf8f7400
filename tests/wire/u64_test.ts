import { assertEquals } from "@std/assert";
import { decodeU64, encodeU64 } from "../../src/wire/u64.ts";
import { amidPoison } from "../support/poisoned.ts";

const same: { name: string; value: bigint; bytes: number[] }[] = [
  { name: "0", value: 0n, bytes: [0, 0, 0, 0, 0, 0, 0, 0] },
  { name: "1", value: 1n, bytes: [0, 0, 0, 0, 0, 0, 0, 1] },
  { name: "big-endian", value: 0x0102030405060708n, bytes: [1, 2, 3, 4, 5, 6, 7, 8] },
  { name: "2^32", value: 1n << 32n, bytes: [0, 0, 0, 1, 0, 0, 0, 0] },
  {
    name: "2^53 + 1, which no number can hold",
    value: 2n ** 53n + 1n,
    bytes: [0, 32, 0, 0, 0, 0, 0, 1],
  },
  { name: "2^63, unsigned", value: 1n << 63n, bytes: [128, 0, 0, 0, 0, 0, 0, 0] },
  { name: "2^64 - 1", value: 2n ** 64n - 1n, bytes: Array(8).fill(255) },
];
for (const { name, value, bytes } of same) {
  Deno.test(`encodeU64() writes ${name}`, () => {
    assertEquals(encodeU64(value), Uint8Array.from(bytes));
  });
  Deno.test(`decodeU64() reads ${name}`, () => {
    assertEquals(decodeU64(Uint8Array.from(bytes)), value);
    assertEquals(decodeU64(amidPoison(Uint8Array.from(bytes), 0xa5)), value);
  });
}

for (const length of [0, 1, 7, 9, 16, 65_535]) {
  Deno.test(`decodeU64() refuses ${length} bytes`, () => {
    assertEquals(decodeU64(amidPoison(new Uint8Array(length), 0xa5)), undefined);
  });
}
