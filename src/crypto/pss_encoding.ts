import { concat } from "@std/bytes";
import { constantTimeEqual } from "./constant_time.ts";
import { applyMask, mgf1 } from "./mgf1.ts";
import { sha256, SHA256_BYTES } from "./sha256.ts";

const SALT_BYTES = 32;
const TRAILER = 0xbc;
const ZEROS = new Uint8Array(8);

/**
 * EMSA-PSS verification with SHA-256, MGF1-SHA-256 and a salt of 32 bytes.
 *
 * @param encoded What a signature opened to, `encodedBits` rounded up to whole bytes; not changed.
 * @param encodedBits Bits of the modulus less one, at least 528.
 * @param data What should be signed; not kept.
 * @returns Whether `encoded` is an encoding of `data`.
 * @see RFC 8017, section 9.1.2
 */
export function isPssEncoding(
  encoded: Uint8Array,
  encodedBits: number,
  data: Uint8Array,
): boolean {
  const dataBlockBytes = encoded.byteLength - SHA256_BYTES - 1;
  if (dataBlockBytes < SALT_BYTES + 1 || encoded.at(-1) !== TRAILER) return false;
  const hash = encoded.subarray(dataBlockBytes, -1);
  const dataBlock = encoded.slice(0, dataBlockBytes);
  // How far the whole bytes go beyond `encodedBits`: 0 to 7 bits, which no encoding sets.
  const spareBits = 8 * encoded.byteLength - encodedBits;
  const usedBits = 0xff >> spareBits;
  const [first = 0] = dataBlock;
  if ((first & ~usedBits) !== 0) return false;
  applyMask(dataBlock, mgf1(hash, dataBlockBytes));
  dataBlock[0] = (dataBlock[0] ?? 0) & usedBits;
  const salt = saltOf(dataBlock);
  return salt !== undefined &&
    constantTimeEqual(hash, sha256(concat([ZEROS, sha256(data), salt])));
}

/** What stands behind zeros and one 01, if it is as long as a salt has to be. */
function saltOf(dataBlock: Uint8Array): Uint8Array | undefined {
  const separatorAt = dataBlock.byteLength - SALT_BYTES - 1;
  if (dataBlock[separatorAt] !== 1) return undefined;
  const hasOnlyZeros = dataBlock.subarray(0, separatorAt).every((byte) => byte === 0);
  return hasOnlyZeros ? dataBlock.subarray(separatorAt + 1) : undefined;
}
