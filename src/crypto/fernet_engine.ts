import type { FernetFailure } from "./fernet_token.ts";
import type { OpenedToken } from "./opened_token.ts";

/** What a token carries beside its plaintext. */
export interface FernetStamp {
  /** Unix time in whole seconds, 0 to 2^53 - 1. */
  readonly now: number;
  /** 16 bytes, never the same twice under a key; when left out the engine draws them. */
  readonly iv?: Uint8Array | undefined;
}

/** Makes and opens tokens under one key. All engines give the same tokens and the same codes. */
export interface FernetEngine {
  /**
   * Makes a token.
   *
   * @param plaintext Any bytes, also none; not kept.
   * @returns Its base64url text with padding, as ASCII bytes in a new array owned by the caller.
   */
  encrypt(plaintext: Uint8Array, stamp: FernetStamp): Uint8Array<ArrayBuffer>;

  /**
   * Makes a token where it is needed.
   *
   * @param target Where it goes.
   * @param offset Where it begins there, bytes.
   * @returns Length of the token, bytes.
   * @throws {RangeError} If the target has no room for it; then nothing was written.
   */
  encryptInto(
    target: Uint8Array,
    offset: number,
    plaintext: Uint8Array,
    stamp: FernetStamp,
  ): number;

  /**
   * Checks the form and the HMAC of a token; see `Fernet.open`.
   *
   * @param token Base64url text, as string or as its ASCII bytes; not kept.
   */
  open(token: Uint8Array | string): OpenedToken | FernetFailure;
}
