import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeSequenceRanges,
  encodeSequenceRanges,
  MAX_NACK_RANGES,
} from "../../src/wire/sequence_ranges.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

Deno.test("encodeSequenceRanges() writes first and last of each range", () => {
  const bytes = encodeSequenceRanges([{ first: 1n, last: 3n }, { first: 5n, last: 5n }]);
  const expected = "0000000000000001 0000000000000003 0000000000000005 0000000000000005";
  assertEquals(bytes, hex(expected));
});

Deno.test("decodeSequenceRanges() gives back as many ranges as there can be", () => {
  const ranges = Array.from({ length: MAX_NACK_RANGES }, (_, index) => {
    const first = BigInt(index) * 10n + 1n;
    return { first, last: first + BigInt(index) };
  });
  assertEquals(decodeSequenceRanges(encodeSequenceRanges(ranges)), ranges);
});

Deno.test("decodeSequenceRanges() takes the highest numbers", () => {
  const ranges = [{ first: 1n, last: 2n ** 64n - 1n }];
  assertEquals(decodeSequenceRanges(encodeSequenceRanges(ranges)), ranges);
});

for (const count of [0, MAX_NACK_RANGES + 1]) {
  Deno.test(`encodeSequenceRanges() refuses ${count} ranges`, () => {
    assertThrows(
      () => encodeSequenceRanges(new Array(count).fill({ first: 1n, last: 1n })),
      RangeError,
    );
  });
}

const refused = [
  { name: "no range", bytes: new Uint8Array() },
  { name: "half a range", bytes: new Uint8Array(24).fill(1) },
  { name: "65 ranges", bytes: new Uint8Array(16 * 65).fill(1) },
  { name: "a range that begins with 0", bytes: hex("0000000000000000 0000000000000003") },
  { name: "a range that ends before it begins", bytes: hex("0000000000000004 0000000000000003") },
];

for (const { name, bytes } of refused) {
  Deno.test(`decodeSequenceRanges() refuses ${name}`, () => {
    assertEquals(decodeSequenceRanges(bytes), undefined);
  });
}
