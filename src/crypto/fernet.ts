import { createCipheriv, createDecipheriv } from "node:crypto";
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { constantTimeEqual } from "./constant_time.ts";
import { FernetError } from "./fernet_error.ts";
import {
  AES_BLOCK_BYTES,
  CIPHERTEXT_OFFSET,
  FERNET_VERSION,
  type FernetFailure,
  HMAC_BYTES,
  IV_BYTES,
  IV_OFFSET,
  parseFernetToken,
  TIMESTAMP_OFFSET,
} from "./fernet_token.ts";
import { HmacSha256 } from "./hmac_sha256.ts";

export { FernetError, type FernetErrorCode, type FernetOpenCode } from "./fernet_error.ts";
export type { FernetFailure } from "./fernet_token.ts";

const KEY_BYTES = 32;
const SIGNING_KEY_BYTES = 16;
const KEY_TEXT_LENGTH = 44;
const CIPHER = "aes-128-cbc";

/** How far the clock of a token's maker may be ahead of ours, as in pyca's `cryptography`. */
const MAX_CLOCK_SKEW_SECONDS = 60;

/** What a token is made with, in place of the machine's own clock and random numbers. */
export interface FernetEncryptOptions {
  /** Unix time in whole seconds, 0 to 2^53 - 1; by default the machine's clock. */
  readonly now?: number;
  /** 16 bytes, never the same twice under a key; by default random. */
  readonly iv?: Uint8Array;
}

/** How old a token may be. */
export interface FernetDecryptOptions {
  /** Oldest age accepted, in seconds; without it any age, and any time in the future. */
  readonly ttl?: number;
  /** Unix time in seconds; by default the machine's clock. Without `ttl` it is not looked at. */
  readonly now?: number;
}

/** A token whose HMAC is right, not yet decrypted. */
export interface OpenedToken {
  /** Tells it from a `FernetFailure`. */
  readonly ok: true;
  /** When it was made, Unix seconds; above 2^53 the nearest number that a double can hold. */
  readonly timestamp: number;
  /** Its HMAC, 32 bytes in an array of its own: what a replay memory may keep. */
  readonly hmac: Uint8Array<ArrayBuffer>;
  /**
   * Decrypts it.
   *
   * @returns The plaintext in a new array owned by the caller, or `undefined` when its padding is
   * wrong, which only a maker that holds the key can bring about.
   */
  plaintext(): Uint8Array<ArrayBuffer> | undefined;
}

/**
 * Fernet, version 0x80, under one key: AES-128-CBC, then HMAC-SHA256, as base64url text.
 *
 * Synchronous, so that whoever relays tokens keeps them in order. The key is held in private fields
 * alone: neither inspection nor serialisation of a `Fernet` shows it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Fernet } from "@hushcast/hushcast/fernet";
 *
 * const fernet = new Fernet(Fernet.generateKey());
 * const token = fernet.encrypt(Uint8Array.of(1, 2, 3));
 * assertEquals(fernet.decrypt(token, { ttl: 60 }), Uint8Array.of(1, 2, 3));
 * ```
 *
 * @see Fernet spec; PROTOCOL 1.3
 */
export class Fernet {
  readonly #hmac: HmacSha256;
  readonly #encryptionKey: Uint8Array;

  /**
   * Prepares a key.
   *
   * @param key 44 characters of base64url, the last of them `=`. The form without `=` is refused, as
   * other implementations refuse it: a key should work everywhere or nowhere.
   * @throws {FernetError} With code `FERNET_KEY` if it is anything else.
   */
  constructor(key: string) {
    const bytes = key.length === KEY_TEXT_LENGTH ? decodeBase64Url(key) : undefined;
    if (bytes?.byteLength !== KEY_BYTES) throw new FernetError("FERNET_KEY");
    this.#hmac = new HmacSha256(bytes.subarray(0, SIGNING_KEY_BYTES));
    this.#encryptionKey = bytes.subarray(SIGNING_KEY_BYTES);
  }

  /**
   * Makes a new key from the system's random numbers.
   *
   * @returns The key in its 44-character text form.
   */
  static generateKey(): string {
    return encodeBase64Url(crypto.getRandomValues(new Uint8Array(KEY_BYTES)));
  }

  /**
   * Makes a key from random bytes that the caller has, for code that may not draw its own.
   *
   * @param random32 32 bytes that nobody can guess; not kept.
   * @returns The key in its 44-character text form.
   * @throws {RangeError} If there are not exactly 32 bytes.
   */
  static generateKeyFrom(random32: Uint8Array): string {
    if (random32.byteLength !== KEY_BYTES) {
      throw new RangeError(
        `Cannot make Fernet key: have ${random32.byteLength} random bytes, need ${KEY_BYTES}`,
      );
    }
    return encodeBase64Url(random32);
  }

  /**
   * Encrypts and authenticates bytes.
   *
   * @param plaintext Any bytes, also none; not kept.
   * @returns The token's base64url text with padding, as ASCII bytes in a new array owned by the
   * caller.
   * @throws {RangeError} If `now` is not a whole number from 0 to 2^53 - 1, or `iv` not 16 bytes.
   * @see Fernet spec, "Generating"
   */
  encrypt(plaintext: Uint8Array, options: FernetEncryptOptions = {}): Uint8Array<ArrayBuffer> {
    const lastBlockOffset = plaintext.byteLength - plaintext.byteLength % AES_BLOCK_BYTES;
    const hmacOffset = CIPHERTEXT_OFFSET + lastBlockOffset + AES_BLOCK_BYTES;
    const token = new Uint8Array(hmacOffset + HMAC_BYTES);
    writeHeader(token, options);
    const iv = token.subarray(IV_OFFSET, CIPHERTEXT_OFFSET);
    const cipher = createCipheriv(CIPHER, this.#encryptionKey, iv);
    token.set(cipher.update(plaintext), CIPHERTEXT_OFFSET);
    token.set(cipher.final(), CIPHERTEXT_OFFSET + lastBlockOffset);
    token.set(this.#hmac.digest(token.subarray(0, hmacOffset)), hmacOffset);
    return new TextEncoder().encode(encodeBase64Url(token));
  }

  /**
   * Encrypts and authenticates bytes as `encrypt` does, and writes the token where it is needed.
   *
   * @param target Where it goes.
   * @param offset Where it begins there, bytes.
   * @param plaintext Any bytes, also none; not kept.
   * @param options As for `encrypt`.
   * @returns Length of the token, bytes.
   * @throws {RangeError} As `encrypt`, and if the target has no room for the token.
   */
  encryptInto(
    target: Uint8Array,
    offset: number,
    plaintext: Uint8Array,
    options: FernetEncryptOptions = {},
  ): number {
    const token = this.encrypt(plaintext, options);
    target.set(token, offset);
    return token.byteLength;
  }

  /**
   * Opens a token and decrypts it.
   *
   * @param token Base64url text, as string or as its ASCII bytes, with or without padding; not kept.
   * @param options Without `ttl` a token of any time is accepted; with it, one is refused that is
   * older than `ttl` or more than 60 s in the future.
   * @returns The plaintext in a new array owned by the caller.
   * @throws {FernetError} If the token is malformed, forged, too old or from the future; see `code`.
   * @throws {RangeError} If `ttl` is negative, or `ttl` or `now` is not a number.
   * @see Fernet spec, "Verifying"; PROTOCOL 1.3
   */
  decrypt(
    token: Uint8Array | string,
    options: FernetDecryptOptions = {},
  ): Uint8Array<ArrayBuffer> {
    const opened = this.open(token);
    if (!opened.ok) throw new FernetError(opened.code);
    if (options.ttl !== undefined) {
      assertFresh(opened.timestamp, options.ttl, options.now ?? unixSeconds());
    }
    const plaintext = opened.plaintext();
    if (plaintext === undefined) throw new FernetError("FERNET_PADDING");
    return plaintext;
  }

  /**
   * Checks the form and the HMAC of a token, but no time, and decrypts nothing yet. Never throws,
   * whatever the token holds: failures of hostile input are cheap and expected.
   *
   * @param token Base64url text, as string or as its ASCII bytes, with or without padding; not kept.
   * @returns The authentic token, or why it was refused.
   * @see Fernet spec, "Verifying"; PROTOCOL 1.3
   */
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

function writeHeader(token: Uint8Array<ArrayBuffer>, options: FernetEncryptOptions): void {
  const { now = unixSeconds(), iv } = options;
  if (!Number.isSafeInteger(now) || now < 0) {
    throw new RangeError(`Cannot encrypt: now is ${now}, need whole Unix seconds`);
  }
  if (iv !== undefined && iv.byteLength !== IV_BYTES) {
    throw new RangeError(`Cannot encrypt: IV has ${iv.byteLength} bytes, need ${IV_BYTES}`);
  }
  token[0] = FERNET_VERSION;
  new DataView(token.buffer).setBigUint64(TIMESTAMP_OFFSET, BigInt(now));
  if (iv === undefined) crypto.getRandomValues(token.subarray(IV_OFFSET, CIPHERTEXT_OFFSET));
  else token.set(iv, IV_OFFSET);
}

function assertFresh(timestamp: number, ttl: number, now: number): void {
  // Spelled so that NaN, which every comparison calls false, is refused and not let through.
  if (!(ttl >= 0) || !Number.isFinite(now)) {
    throw new RangeError(`Cannot check the age of a Fernet token: ttl is ${ttl}, now is ${now}`);
  }
  if (now > timestamp + ttl) throw new FernetError("FERNET_EXPIRED");
  if (timestamp > now + MAX_CLOCK_SKEW_SECONDS) throw new FernetError("FERNET_FUTURE");
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

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
