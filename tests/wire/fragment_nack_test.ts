import { assertEquals } from "@std/assert";
import { decodeFragmentNack, encodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeAmidPoison } from "../support/poisoned.ts";

const CODE = "FRAGMENT_NACK_MALFORMED";

const same: { name: string; messageId: number; missing: number[]; bytes: number[] }[] = [
  { name: "no numbers", messageId: 0, missing: [], bytes: [0, 0, 0, 0] },
  { name: "one number", messageId: 1, missing: [2], bytes: [0, 0, 0, 1, 0, 2] },
  {
    name: "big-endian fields",
    messageId: 0x01020304,
    missing: [0x0506, 0x0708],
    bytes: [1, 2, 3, 4, 5, 6, 7, 8],
  },
  {
    name: "the highest values",
    messageId: 0xffffffff,
    missing: [0xffff, 0, 0xffff],
    bytes: [255, 255, 255, 255, 255, 255, 0, 0, 255, 255],
  },
];
for (const { name, messageId, missing, bytes } of same) {
  Deno.test(`encodeFragmentNack() writes ${name}`, () => {
    assertEquals(encodeFragmentNack({ messageId, missing }), Uint8Array.from(bytes));
  });
  Deno.test(`decodeFragmentNack() reads ${name}`, () => {
    const outcome = decodeAmidPoison(Uint8Array.from(bytes), decodeFragmentNack, CODE);
    assertEquals(outcome, { ok: true, value: { messageId, missing } });
  });
}

for (const length of [0, 1, 2, 3, 5, 7, 65_535]) {
  Deno.test(`decodeFragmentNack() rejects ${length} bytes`, () => {
    const outcome = decodeAmidPoison(new Uint8Array(length), decodeFragmentNack, CODE);
    assertEquals(outcome.ok, false);
  });
}

Deno.test("decodeFragmentNack() reads as many numbers as a TLV can hold", () => {
  const { missing } = decodeFragmentNack(new Uint8Array(65_534));
  assertEquals(missing.length, 32_765);
});
