import { constantTimeEqual } from "../crypto/constant_time.ts";
import { sha256 } from "../crypto/sha256.ts";

/**
 * The control token, as a server keeps it: only its digest.
 *
 * Digests are compared, in constant time: how long an answer takes tells nothing of the token.
 */
export class TokenDigest {
  readonly #digest: Uint8Array;

  /**
   * Takes a token.
   *
   * @param token The token that clients have to send.
   * @throws {RangeError} If it is empty.
   */
  constructor(token: string) {
    if (token === "") throw new RangeError("Cannot use control token: it is empty");
    this.#digest = digestOf(token);
  }

  /**
   * Compares what a client sent.
   *
   * @param token Any text.
   * @returns Whether it is the token.
   */
  matches(token: string): boolean {
    return constantTimeEqual(digestOf(token), this.#digest);
  }
}

function digestOf(token: string): Uint8Array {
  return sha256(new TextEncoder().encode(token));
}
