import { assertEquals } from "@std/assert";
import { sha256 } from "../../src/crypto/sha256.ts";

// The examples that NIST publishes with FIPS 180-4.
const vectors = [
  { text: "", hex: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
  { text: "abc", hex: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
  {
    text: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    hex: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  },
];

for (const { text, hex } of vectors) {
  Deno.test(`sha256() hashes ${JSON.stringify(text)}`, () => {
    assertEquals(sha256(new TextEncoder().encode(text)).toHex(), hex);
  });
}

Deno.test("sha256() returns memory of its own", () => {
  assertEquals(sha256(new Uint8Array(1)).buffer.byteLength, 32);
});
