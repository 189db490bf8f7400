import { concat } from "@std/bytes";
import { assertEquals } from "@std/assert";
import { maxBlockPlaintextBytes, plaintextBlocks } from "../../src/crypto/plaintext_blocks.ts";
import { assertSameBytes } from "../support/same_bytes.ts";

for (
  const { modulusBytes, bytes } of [{ modulusBytes: 256, bytes: 190 }, {
    modulusBytes: 512,
    bytes: 446,
  }]
) {
  Deno.test(`maxBlockPlaintextBytes() leaves ${bytes} bytes of ${modulusBytes}`, () => {
    assertEquals(maxBlockPlaintextBytes(modulusBytes), bytes);
  });
}

for (
  const { bytes, lengths } of [
    { bytes: 0, lengths: [0] },
    { bytes: 1, lengths: [1] },
    { bytes: 190, lengths: [190] },
    { bytes: 191, lengths: [190, 1] },
    { bytes: 380, lengths: [190, 190] },
    { bytes: 381, lengths: [190, 190, 1] },
  ]
) {
  Deno.test(`plaintextBlocks() cuts ${bytes} bytes into ${lengths}`, () => {
    const plaintext = Uint8Array.from({ length: bytes }, (_, index) => index & 0xff);
    const blocks = plaintextBlocks(plaintext, 256);
    assertEquals(blocks.map(({ byteLength }) => byteLength), lengths);
    assertSameBytes(concat(blocks), plaintext);
  });
}
