import { createCipheriv, createDecipheriv } from "node:crypto";
import { encodeBase64Url } from "./base64url.ts";
import { constantTimeEqual } from "./constant_time.ts";
import type { FernetEngine, FernetStamp } from "./fernet_engine.ts";
import {
  AES_BLOCK_BYTES,
  CIPHERTEXT_OFFSET,
  FERNET_VERSION,
  type FernetFailure,
  HMAC_BYTES,
  IV_OFFSET,
  parseFernetToken,
  SIGNING_KEY_BYTES,
  TIMESTAMP_OFFSET,
} from "./fernet_token.ts";
import { HmacSha256 } from "./hmac_sha256.ts";
import type { OpenedToken } from "./opened_token.ts";

const CIPHER = "aes-128-cbc";

/**
 * Fernet by `node:crypto`: of any length, and fast for long tokens, since it uses the processor's own
 * instructions for AES and SHA-256. But each of its calls costs microseconds, whatever the length.
 */
export class NodeFernet implements FernetEngine {
  readonly #hmac: HmacSha256;
  readonly #encryptionKey: Uint8Array;

  /** @param key 32 bytes; copied. */
  constructor(key: Uint8Array) {
    this.#hmac = new HmacSha256(key.subarray(0, SIGNING_KEY_BYTES));
    this.#encryptionKey = key.slice(SIGNING_KEY_BYTES);
  }

  encrypt(plaintext: Uint8Array, stamp: FernetStamp): Uint8Array<ArrayBuffer> {
    const lastBlockOffset = plaintext.byteLength - plaintext.byteLength % AES_BLOCK_BYTES;
    const hmacOffset = CIPHERTEXT_OFFSET + lastBlockOffset + AES_BLOCK_BYTES;
    const token = new Uint8Array(hmacOffset + HMAC_BYTES);
    writeHeader(token, stamp);
    const iv = token.subarray(IV_OFFSET, CIPHERTEXT_OFFSET);
    const cipher = createCipheriv(CIPHER, this.#encryptionKey, iv);
    token.set(cipher.update(plaintext), CIPHERTEXT_OFFSET);
    token.set(cipher.final(), CIPHERTEXT_OFFSET + lastBlockOffset);
    token.set(this.#hmac.digest(token.subarray(0, hmacOffset)), hmacOffset);
    return new TextEncoder().encode(encodeBase64Url(token));
  }

  encryptInto(
    target: Uint8Array,
    offset: number,
    plaintext: Uint8Array,
    stamp: FernetStamp,
  ): number {
    const token = this.encrypt(plaintext, stamp);
    target.set(token, offset);
    return token.byteLength;
  }

  open(token: Uint8Array | string): OpenedToken | FernetFailure {
    const fields = parseFernetToken(token);
    if (!fields.ok) return fields;
    const { timestamp, iv, ciphertext, signed, hmac } = fields;
    if (!constantTimeEqual(this.#hmac.digest(signed), hmac)) {
      return { ok: false, code: "FERNET_SIGNATURE" };
    }
    // Copied, so that who keeps the 32 bytes does not keep a whole megabyte alive.
    return {
      ok: true,
      timestamp,
      hmac: hmac.slice(),
      plaintext: () => this.#decrypt(iv, ciphertext),
    };
  }

  #decrypt(iv: Uint8Array, ciphertext: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    const decipher = createDecipheriv(CIPHER, this.#encryptionKey, iv).setAutoPadding(false);
    const padded = decipher.update(ciphertext);
    decipher.final();
    return unpad(padded);
  }
}

function writeHeader(token: Uint8Array<ArrayBuffer>, { now, iv }: FernetStamp): void {
  token[0] = FERNET_VERSION;
  new DataView(token.buffer).setBigUint64(TIMESTAMP_OFFSET, BigInt(now));
  if (iv === undefined) crypto.getRandomValues(token.subarray(IV_OFFSET, CIPHERTEXT_OFFSET));
  else token.set(iv, IV_OFFSET);
}

/** Takes off PKCS #7 padding; by hand, because the HMAC was right and no oracle is left to hide. */
function unpad(padded: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const padLength = padded[padded.byteLength - 1] ?? 0;
  if (padLength < 1 || padLength > AES_BLOCK_BYTES) return undefined;
  const plaintextBytes = padded.byteLength - padLength;
  for (let index = plaintextBytes; index < padded.byteLength; index++) {
    if (padded[index] !== padLength) return undefined;
  }
  return new Uint8Array(padded.subarray(0, plaintextBytes));
}
