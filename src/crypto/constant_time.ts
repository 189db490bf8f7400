import { timingSafeEqual } from "node:crypto";

/**
 * Compares two secrets so that the time it takes does not tell where they differ.
 *
 * @param a Bytes of any length.
 * @param b Bytes of any length; a difference in length is not kept secret.
 * @returns Whether both hold the same bytes.
 * @see PROTOCOL 1.3
 */
export function constantTimeEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
