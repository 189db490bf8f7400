import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Fernet } from "../../src/crypto/fernet.ts";
import { decodeHybridKey, encodeHybridKey } from "../../src/wire/hybrid_key.ts";
import { decodeMessagePart, encodeMessagePart } from "../../src/wire/message_part.ts";

Deno.test("decodeHybridKey() reads any key that Fernet makes", () => {
  const secret = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const property = fc.property(secret, (secret) => {
    const key = Fernet.generateKeyFrom(Uint8Array.from(secret));
    assertEquals(decodeHybridKey(encodeHybridKey(key)), key);
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("decodeHybridKey() reads any bytes or none, and only keys that Fernet takes", () => {
  const hybrid = encodeHybridKey(`${"cw_0x689Rp".repeat(4)}-w4=`);
  const almost = fc.tuple(fc.nat(46), fc.nat(255)).map(([at, byte]) => hybrid.with(at, byte));
  const anyBytes = fc.oneof(almost, fc.uint8Array({ maxLength: 60, size: "max" }));
  const property = fc.property(anyBytes, (bytes) => {
    const key = decodeHybridKey(bytes);
    if (key === undefined) return;
    assertEquals(encodeHybridKey(key), Uint8Array.from(bytes));
    new Fernet(key);
  });
  fc.assert(property, { numRuns: 2_000 });
});

Deno.test("decodeMessagePart() reads any bytes or none, and each part in one spelling", () => {
  const anyBytes = fc.oneof(
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.uint8Array({ maxLength: 40, size: "max" }),
  );
  const property = fc.property(anyBytes, (bytes) => {
    const part = decodeMessagePart(bytes);
    if (part !== undefined) assertEquals(encodeMessagePart(part), Uint8Array.from(bytes));
  });
  fc.assert(property, { numRuns: 1_000 });
});
