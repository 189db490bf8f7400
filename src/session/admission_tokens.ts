import { constantTimeEqual } from "../crypto/constant_time.ts";
import { sha256 } from "../crypto/sha256.ts";

/** Tokens that a relay keeps: each that a client shows is compared with all of them. */
export const MAX_ADMISSION_TOKENS = 10_000;

/** What a relay knows of a token: never the token itself. */
export interface AdmissionToken {
  /** Whose it is; the only CLIENT_NAME that goes with it. */
  readonly name: string;
  /** SHA-256 of the token's UTF-8 text, 32 bytes. */
  readonly digest: Uint8Array;
  /** When it was made, Unix milliseconds. */
  readonly createdUnixMs: number;
  /** From when on it no longer counts, Unix milliseconds; `undefined` for never. */
  readonly expiresUnixMs: number | undefined;
}

/** The tokens with which a client gets in (PROTOCOL 1.4). */
export class AdmissionTokens {
  readonly #tokens: readonly AdmissionToken[];

  /**
   * @param tokens All tokens, expired ones too.
   * @throws {RangeError} If there are more than `MAX_ADMISSION_TOKENS`.
   */
  constructor(tokens: readonly AdmissionToken[]) {
    if (tokens.length > MAX_ADMISSION_TOKENS) {
      throw new RangeError(
        `Cannot keep tokens: want at most ${MAX_ADMISSION_TOKENS}, got ${tokens.length}`,
      );
    }
    this.#tokens = tokens;
  }

  /** How many there are, expired ones included. */
  get size(): number {
    return this.#tokens.length;
  }

  /**
   * Finds the token that a client shows.
   *
   * @param token The value of AUTH_TOKEN, any bytes.
   * @param nowUnixMs Wall-clock time.
   * @returns What is known of it, or `undefined` when it is unknown or has expired.
   */
  find(token: Uint8Array, nowUnixMs: number): AdmissionToken | undefined {
    return this.withDigest(sha256(token), nowUnixMs);
  }

  /**
   * Finds a token by its SHA-256. All are looked at each time, so that the time it takes tells
   * nothing (PROTOCOL 1.4).
   *
   * @param digest 32 bytes.
   * @param nowUnixMs Wall-clock time.
   */
  withDigest(digest: Uint8Array, nowUnixMs: number): AdmissionToken | undefined {
    let found: AdmissionToken | undefined;
    for (const token of this.#tokens) {
      if (constantTimeEqual(token.digest, digest)) found = token;
    }
    const isExpired = found?.expiresUnixMs !== undefined && nowUnixMs >= found.expiresUnixMs;
    return isExpired ? undefined : found;
  }

  /**
   * When the next of the tokens expires.
   *
   * @param nowUnixMs Wall-clock time.
   * @returns Unix milliseconds after `nowUnixMs`, or `undefined`.
   */
  nextExpiryUnixMs(nowUnixMs: number): number | undefined {
    let next: number | undefined;
    for (const { expiresUnixMs } of this.#tokens) {
      if (expiresUnixMs === undefined || expiresUnixMs <= nowUnixMs) continue;
      if (next === undefined || expiresUnixMs < next) next = expiresUnixMs;
    }
    return next;
  }
}
