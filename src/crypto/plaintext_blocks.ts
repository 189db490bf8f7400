import { OAEP_OVERHEAD_BYTES } from "./rsa_oaep.ts";

/**
 * The longest plaintext of one RSA-OAEP block (PROTOCOL 2.2).
 *
 * @param modulusBytes Length of the recipient's modulus, k.
 * @returns k - 66.
 */
export function maxBlockPlaintextBytes(modulusBytes: number): number {
  return modulusBytes - OAEP_OVERHEAD_BYTES;
}

/**
 * Cuts a plaintext into what RSA blocks can carry.
 *
 * @param plaintext Any bytes; an empty one takes one block.
 * @param modulusBytes Length of the recipient's modulus.
 * @returns Views of the plaintext, in order.
 * @see PROTOCOL 2.2
 */
export function plaintextBlocks(plaintext: Uint8Array, modulusBytes: number): Uint8Array[] {
  const size = maxBlockPlaintextBytes(modulusBytes);
  const count = Math.max(1, Math.ceil(plaintext.byteLength / size));
  return Array.from(
    { length: count },
    (_, index) => plaintext.subarray(index * size, (index + 1) * size),
  );
}
