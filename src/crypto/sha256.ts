import { createHash } from "node:crypto";

/** Length of a SHA-256 digest in bytes. */
export const SHA256_BYTES = 32;

/**
 * Hashes bytes with SHA-256, synchronously.
 *
 * @param bytes What to hash; not kept.
 * @returns The digest, 32 bytes in a new array owned by the caller.
 * @see FIPS 180-4
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // Copied out of the Buffer, whose memory may be a slice of a pool that lives much longer.
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
