import { assertEquals, assertThrows } from "@std/assert";
import { signedBytes } from "../../src/wire/signed_bytes.ts";

const DIGEST = Uint8Array.from({ length: 32 }, (_, index) => index);

const rows = [
  { name: "an empty message", sequence: 0n, sequenceHex: "0000000000000000", message: [] },
  {
    name: "a message",
    sequence: 0x0102030405060708n,
    sequenceHex: "0102030405060708",
    message: [9, 8],
  },
  {
    name: "the last sequence",
    sequence: 2n ** 64n - 1n,
    sequenceHex: "ffffffffffffffff",
    message: [0],
  },
];
for (const { name, sequence, sequenceHex, message } of rows) {
  Deno.test(`signedBytes() are digest, sequence and ${name}`, () => {
    const bytes = signedBytes(DIGEST, sequence, Uint8Array.from(message));
    assertEquals(bytes.toHex(), DIGEST.toHex() + sequenceHex + Uint8Array.from(message).toHex());
  });
}

Deno.test("signedBytes() are a copy", () => {
  const message = Uint8Array.of(5);
  const bytes = signedBytes(DIGEST, 1n, message);
  message.fill(9);
  assertEquals(bytes.at(-1), 5);
});

for (const length of [0, 31, 33]) {
  Deno.test(`signedBytes() refuses a digest of ${length} bytes`, () => {
    assertThrows(() => signedBytes(new Uint8Array(length), 1n, new Uint8Array()), RangeError);
  });
}

for (const sequence of [-1n, 2n ** 64n]) {
  Deno.test(`signedBytes() refuses a sequence of ${sequence}`, () => {
    assertThrows(() => signedBytes(DIGEST, sequence, new Uint8Array()), RangeError);
  });
}
