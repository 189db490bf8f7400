import { sha256 } from "./sha256.ts";

// 32 bytes are 43 characters; the last one carries 4 bits, so only every fourth letter can stand there.
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]$/;

/**
 * The fingerprint of a public key's bytes, written as OpenSSH prints them.
 *
 * @param publicKeyBytes The key in its one canonical form; not kept.
 * @returns `SHA256:` and the unpadded base64 of SHA-256 over the bytes, 50 characters.
 * @see PROTOCOL 1.3
 */
export function fingerprintOf(publicKeyBytes: Uint8Array): string {
  return `SHA256:${sha256(publicKeyBytes).toBase64({ omitPadding: true })}`;
}

/**
 * Tells whether a text has the form of a fingerprint, and could be one of some key.
 *
 * @param text Any text, such as a person typed it.
 * @returns True for `SHA256:` and 43 characters of canonical base64, nothing before or after.
 */
export function isFingerprint(text: string): boolean {
  return FINGERPRINT.test(text);
}
