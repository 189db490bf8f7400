import { decodeBase64Url, encodeBase64Url } from "./base64url.ts";
import { FernetError } from "./fernet_error.ts";
import type { FernetStamp } from "./fernet_engine.ts";
import { type FernetFailure, IV_BYTES } from "./fernet_token.ts";
import type { OpenedToken } from "./opened_token.ts";
import { sharedFernetCore } from "./shared_fernet_core.ts";
import { SizedFernet } from "./sized_fernet.ts";

export { HushcastError } from "../errors.ts";
export { FernetError, type FernetErrorCode, type FernetOpenCode } from "./fernet_error.ts";
export type { FernetFailure } from "./fernet_token.ts";
export type { OpenedToken } from "./opened_token.ts";

const KEY_BYTES = 32;
const KEY_TEXT_LENGTH = 44;

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
  readonly #engine: SizedFernet;

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
    this.#engine = new SizedFernet(bytes, sharedFernetCore);
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
    return this.#engine.encrypt(plaintext, stampOf(options));
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
    return this.#engine.encryptInto(target, offset, plaintext, stampOf(options));
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
    // With a buffer of its own, since its owner may well look at that.
    return new Uint8Array(plaintext);
  }

  /**
   * Checks the form and the HMAC of a token, but no time. Never throws,
   * whatever the token holds: failures of hostile input are cheap and expected.
   *
   * @param token Base64url text, as string or as its ASCII bytes, with or without padding; not kept.
   * @returns The authentic token, or why it was refused.
   * @see Fernet spec, "Verifying"; PROTOCOL 1.3
   */
  open(token: Uint8Array | string): OpenedToken | FernetFailure {
    return this.#engine.open(token);
  }
}

function stampOf({ now = unixSeconds(), iv }: FernetEncryptOptions): FernetStamp {
  if (!Number.isSafeInteger(now) || now < 0) {
    throw new RangeError(`Cannot encrypt: now is ${now}, need whole Unix seconds`);
  }
  if (iv !== undefined && iv.byteLength !== IV_BYTES) {
    throw new RangeError(`Cannot encrypt: IV has ${iv.byteLength} bytes, need ${IV_BYTES}`);
  }
  return { now, iv };
}

function assertFresh(timestamp: number, ttl: number, now: number): void {
  // Spelled so that NaN, which every comparison calls false, is refused and not let through.
  if (!(ttl >= 0) || !Number.isFinite(now)) {
    throw new RangeError(`Cannot check the age of a Fernet token: ttl is ${ttl}, now is ${now}`);
  }
  if (now > timestamp + ttl) throw new FernetError("FERNET_EXPIRED");
  if (timestamp > now + MAX_CLOCK_SKEW_SECONDS) throw new FernetError("FERNET_FUTURE");
}

function unixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
