import { assertEquals, assertThrows } from "@std/assert";
import { Fernet } from "../../src/crypto/fernet.ts";

const IV = Uint8Array.from({ length: 16 }, (_, index) => index);
const OPTIONS = { now: 499_162_800, iv: IV };
const HELLO = new TextEncoder().encode("hello");

const fernet = new Fernet(Fernet.generateKey());

for (const offset of [0, 1, 4, 8]) {
  Deno.test(`encryptInto() writes the token of encrypt() at offset ${offset}, and nothing else`, () => {
    const token = fernet.encrypt(HELLO, OPTIONS);
    const target = new Uint8Array(offset + token.byteLength + 3).fill(0xee);
    assertEquals(fernet.encryptInto(target, offset, HELLO, OPTIONS), token.byteLength);
    assertEquals(target.subarray(offset, offset + token.byteLength), token);
    assertEquals(target.subarray(0, offset), new Uint8Array(offset).fill(0xee));
    assertEquals(target.subarray(-3), new Uint8Array(3).fill(0xee));
  });
}

Deno.test("encryptInto() writes into a view at its own offset", () => {
  const token = fernet.encrypt(HELLO, OPTIONS);
  const whole = new Uint8Array(500);
  fernet.encryptInto(whole.subarray(100), 10, HELLO, OPTIONS);
  assertEquals(whole.subarray(110, 110 + token.byteLength), token);
});

for (const missing of [1, 32, 100]) {
  Deno.test(`encryptInto() refuses a target that is ${missing} bytes too short`, () => {
    const { byteLength } = fernet.encrypt(HELLO, OPTIONS);
    const target = new Uint8Array(byteLength - missing + 4);
    assertThrows(() => fernet.encryptInto(target, 4, HELLO, OPTIONS), RangeError);
  });
}

Deno.test("encryptInto() refuses what encrypt() refuses", () => {
  const target = new Uint8Array(200);
  assertThrows(() => fernet.encryptInto(target, 0, HELLO, { now: -1 }), RangeError);
  assertThrows(() => fernet.encryptInto(target, 0, HELLO, { iv: new Uint8Array(3) }), RangeError);
});
