import { startsWith } from "@std/bytes";

/** Length of what the RSA block of a hybrid message holds. */
export const HYBRID_KEY_BYTES = 47;

const MARK = "HC1";

// 32 bytes are 43 characters; the last one carries 4 bits, so only every fourth can stand there.
const FERNET_KEY = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]=$/;

/** How a Fernet token begins: its version, and the first bits of its timestamp, which are all 0. */
const TOKEN_MARK = new TextEncoder().encode("gAAAA");

/**
 * Encodes what the RSA block of a hybrid message holds.
 *
 * @param fernetKey The key of the token behind the block, in its 44-character text form.
 * @returns 47 bytes, `HC1` and the key, in a new array owned by the caller.
 * @throws {RangeError} If it has not the form of a key; the message does not hold it.
 * @see PROTOCOL 2.2
 */
export function encodeHybridKey(fernetKey: string): Uint8Array<ArrayBuffer> {
  if (!FERNET_KEY.test(fernetKey)) {
    throw new RangeError("Cannot encode hybrid key: not the 44-character base64url of 32 bytes");
  }
  return new TextEncoder().encode(MARK + fernetKey);
}

/**
 * Reads what an RSA block held.
 *
 * @param plaintext Any bytes.
 * @returns The Fernet key in its 44-character text form, or `undefined` when this is no hybrid
 *   message: then the plaintext is the message, or the first part of it.
 * @see PROTOCOL 2.2
 */
export function decodeHybridKey(plaintext: Uint8Array): string | undefined {
  if (plaintext.byteLength !== HYBRID_KEY_BYTES) return undefined;
  const text = new TextDecoder().decode(plaintext);
  if (!text.startsWith(MARK)) return undefined;
  const fernetKey = text.slice(MARK.length);
  return FERNET_KEY.test(fernetKey) ? fernetKey : undefined;
}

/**
 * Tells whether a body looks like a hybrid message: a block and then a token. By chance RSA blocks look
 * so once in 2^40 times.
 *
 * @param body Any bytes.
 * @param modulusBytes Length of the recipient's modulus.
 * @see PROTOCOL 2.2
 */
export function looksHybrid(body: Uint8Array, modulusBytes: number): boolean {
  return startsWith(body.subarray(modulusBytes), TOKEN_MARK);
}
