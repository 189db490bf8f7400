import { decodeBase64Url } from "./base64url.ts";
import type { FernetOpenCode } from "./fernet_error.ts";

/** First byte of every token (Fernet spec, "Version"). */
export const FERNET_VERSION = 0x80;

/** Where the timestamp, a u64 of Unix seconds, stands in a token. */
export const TIMESTAMP_OFFSET = 1;

/** Where the IV stands in a token. */
export const IV_OFFSET = 9;

/** Where the ciphertext stands in a token. */
export const CIPHERTEXT_OFFSET = 25;

/** Length of the IV in bytes. */
export const IV_BYTES = 16;

/** Length of each half of a key in bytes: the first signs, the second encrypts. */
export const SIGNING_KEY_BYTES = 16;

/** Length of the HMAC, the end of every token, in bytes. */
export const HMAC_BYTES = 32;

/** Length of an AES block in bytes. */
export const AES_BLOCK_BYTES = 16;

/** Everything but the ciphertext: version, timestamp, IV, HMAC. */
const FIXED_BYTES = CIPHERTEXT_OFFSET + HMAC_BYTES;

/** The fields of a token, not verified; the byte fields are views of one array of their own. */
export interface FernetTokenFields {
  /** Tells it from a `FernetFailure`. */
  readonly ok: true;
  /** Unix seconds; exact up to 2^53, above that the nearest number, which is as far in the future. */
  readonly timestamp: number;
  /** 16 bytes. */
  readonly iv: Uint8Array<ArrayBuffer>;
  /** One or more whole AES blocks. */
  readonly ciphertext: Uint8Array<ArrayBuffer>;
  /** All that the HMAC covers: everything before it. */
  readonly signed: Uint8Array<ArrayBuffer>;
  /** 32 bytes. */
  readonly hmac: Uint8Array<ArrayBuffer>;
}

/** A token that was refused, and why. */
export interface FernetFailure {
  /** Tells it from a token. */
  readonly ok: false;
  /** For counters and logs; to the peer every failure must look the same. */
  readonly code: FernetOpenCode;
}

/**
 * Takes a token apart, without any key.
 *
 * @param token Base64url text, as string or as its ASCII bytes, of any content; not kept.
 * @returns The fields, or the first thing that is wrong with the form.
 * @see Fernet spec, "Token Format"
 */
export function parseFernetToken(token: Uint8Array | string): FernetTokenFields | FernetFailure {
  const bytes = decodeBase64Url(token);
  if (bytes === undefined) return { ok: false, code: "FERNET_ENCODING" };
  const code = formFault(bytes);
  if (code !== undefined) return { ok: false, code };
  const hmacOffset = bytes.byteLength - HMAC_BYTES;
  return {
    ok: true,
    timestamp: Number(new DataView(bytes.buffer).getBigUint64(TIMESTAMP_OFFSET)),
    iv: bytes.subarray(IV_OFFSET, CIPHERTEXT_OFFSET),
    ciphertext: bytes.subarray(CIPHERTEXT_OFFSET, hmacOffset),
    signed: bytes.subarray(0, hmacOffset),
    hmac: bytes.subarray(hmacOffset),
  };
}

function formFault(bytes: Uint8Array): FernetOpenCode | undefined {
  const ciphertextBytes = bytes.byteLength - FIXED_BYTES;
  if (ciphertextBytes < 0) return "FERNET_TOO_SHORT";
  if (bytes[0] !== FERNET_VERSION) return "FERNET_VERSION";
  // Padding always adds something, so that even an empty plaintext takes a block.
  if (ciphertextBytes === 0 || ciphertextBytes % AES_BLOCK_BYTES !== 0) return "FERNET_LENGTH";
  return undefined;
}
