import { sha256 } from "../../src/crypto/sha256.ts";

/**
 * Names byte strings by length and SHA-256, for tests to compare long ones: an assertion that fails
 * on a megabyte takes minutes to say so.
 *
 * @param items Bytes.
 * @returns One short text each.
 */
export function digests(items: readonly Uint8Array[]): string[] {
  return items.map((bytes) => `${bytes.byteLength} bytes ${sha256(bytes).toHex().slice(0, 16)}`);
}
