import { AuthPenalties } from "./auth_penalties.ts";
import { TokenDigest } from "./control_token.ts";

/** What became of a token, and when its sender may hear of it. */
export interface TokenVerdict {
  /** Whether the token is the right one. */
  readonly isGranted: boolean;
  /** Monotonic milliseconds. */
  readonly answerAtMs: number;
}

/** Checks control tokens for all connections of a server (PROTOCOL 1.9). */
export class TokenGate {
  readonly #token: TokenDigest;
  readonly #penalties = new AuthPenalties();

  /**
   * Makes a gate for one token.
   *
   * @param token The token that every client has to send; only its digest is kept.
   * @throws {RangeError} If the token is empty.
   */
  constructor(token: string) {
    this.#token = new TokenDigest(token);
  }

  /**
   * Checks one token, and counts it against its source when it is wrong.
   *
   * @param token What a client sent.
   * @param address The client's IP address, without the port.
   * @param nowMs Monotonic time.
   * @returns The verdict, which the client must not notice before its time.
   */
  check(token: string, address: string, nowMs: number): TokenVerdict {
    const isGranted = this.#token.matches(token);
    const answerAtMs = isGranted
      ? this.#penalties.answerAtMs(address, nowMs)
      : this.#penalties.fail(address, nowMs);
    return { isGranted, answerAtMs };
  }
}
