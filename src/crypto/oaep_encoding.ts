import { applyMask, mgf1 } from "./mgf1.ts";
import { checkPlaintextBytes, OAEP_OVERHEAD_BYTES } from "./rsa_oaep.ts";
import { sha256, SHA256_BYTES } from "./sha256.ts";

const EMPTY_LABEL = new Uint8Array(0);

/**
 * EME-OAEP encoding with SHA-256, MGF1-SHA-256 and the empty label:
 * `00 || masked seed || masked (hash of the label || zeros || 01 || plaintext)`.
 *
 * @param plaintext At most `modulusBytes` - 66 bytes; not kept.
 * @param seed 32 random bytes, fresh for each block; not kept.
 * @param modulusBytes Length of the modulus.
 * @returns `modulusBytes` bytes owned by the caller, as a number below the modulus.
 * @throws {RangeError} If the plaintext is too long or the seed of another length.
 * @see RFC 8017, section 7.1.1, step 2
 */
export function oaepEncode(
  plaintext: Uint8Array,
  seed: Uint8Array,
  modulusBytes: number,
): Uint8Array<ArrayBuffer> {
  checkPlaintextBytes(plaintext, modulusBytes - OAEP_OVERHEAD_BYTES);
  if (seed.byteLength !== SHA256_BYTES) {
    throw new RangeError(
      `Cannot encrypt: seed has ${seed.byteLength} bytes, need ${SHA256_BYTES}`,
    );
  }
  const encoded = new Uint8Array(modulusBytes);
  const maskedSeed = encoded.subarray(1, 1 + SHA256_BYTES);
  const dataBlock = encoded.subarray(1 + SHA256_BYTES);
  maskedSeed.set(seed);
  dataBlock.set(sha256(EMPTY_LABEL));
  const plaintextAt = dataBlock.byteLength - plaintext.byteLength;
  dataBlock[plaintextAt - 1] = 1;
  dataBlock.set(plaintext, plaintextAt);
  applyMask(dataBlock, mgf1(seed, dataBlock.byteLength));
  applyMask(maskedSeed, mgf1(dataBlock, SHA256_BYTES));
  return encoded;
}
