import { assertEquals } from "@std/assert";
import { decodeFirstSent, encodeFirstSent } from "../../src/wire/first_sent.ts";

const FIRST = { sessionId: "0123456789abcdef", clientSequence: 0x0102030405060708n };

Deno.test("encodeFirstSent() puts the session before the number, big-endian", () => {
  assertEquals(encodeFirstSent(FIRST).toHex(), "0123456789abcdef0102030405060708");
});

Deno.test("decodeFirstSent() gives back what was encoded", () => {
  for (const clientSequence of [0n, 1n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
    const first = { ...FIRST, clientSequence };
    assertEquals(decodeFirstSent(encodeFirstSent(first)), first);
  }
});

for (const bytes of [0, 8, 15, 17]) {
  Deno.test(`decodeFirstSent() takes no value of ${bytes} bytes`, () => {
    assertEquals(decodeFirstSent(new Uint8Array(bytes)), undefined);
  });
}
