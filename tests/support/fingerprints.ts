import { identityFingerprint } from "../../src/crypto/identity.ts";

/**
 * A fingerprint as relays have them.
 *
 * @param number 0 to 255; each has a fingerprint of its own.
 */
export function fingerprint(number: number): string {
  return identityFingerprint(new Uint8Array(32).fill(number));
}
