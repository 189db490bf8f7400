import type { RequestLabel } from "./command_request.ts";
import type { TokenGate } from "./token_gate.ts";

/** How long a client has to send its token, milliseconds. */
export const AUTH_TIMEOUT_MS = 10_000;

/** Wrong tokens until the connection is closed (PROTOCOL 1.9). */
export const MAX_AUTH_FAILURES = 3;

/** The answer to a token, at the time when its sender may know. */
export interface AuthorisationAnswer {
  /** The `auth` command that it answers. */
  readonly request: RequestLabel;
  /** Whether the token was right. */
  readonly isGranted: boolean;
  /** Whether it was wrong for the last time. */
  readonly isFinal: boolean;
}

type State =
  | { readonly state: "wanted"; readonly failures: number }
  | {
    readonly state: "checked";
    readonly failures: number;
    readonly isGranted: boolean;
    readonly answerAtMs: number;
    readonly request: RequestLabel;
  }
  | { readonly state: "granted" };

/**
 * Whether one connection may give commands.
 *
 *     wanted ---check()---> checked ---settle(), token right---> granted
 *        ^                     |
 *        +-- settle(), wrong --+
 */
export class Authorisation {
  readonly #gate: TokenGate | undefined;
  readonly #address: string;
  readonly #timeoutAtMs: number;
  #state: State;

  /**
   * Begins the time in which the token has to come.
   *
   * @param gate Checks tokens; without it every connection is authorised.
   * @param address The client's IP address, without the port.
   * @param nowMs Monotonic time.
   */
  constructor(gate: TokenGate | undefined, address: string, nowMs: number) {
    this.#gate = gate;
    this.#address = address;
    this.#timeoutAtMs = nowMs + AUTH_TIMEOUT_MS;
    this.#state = gate === undefined ? { state: "granted" } : { state: "wanted", failures: 0 };
  }

  /** Whether the connection may give every command. */
  get isGranted(): boolean {
    return this.#state.state === "granted";
  }

  /** Whether a token was checked and `settle` has not told the answer yet. */
  get isChecking(): boolean {
    return this.#state.state === "checked";
  }

  /**
   * Checks a token, unless it is granted already or another is being checked.
   *
   * @param token What the client sent; not kept.
   * @param request The `auth` command, for the answer.
   * @param nowMs Monotonic time.
   */
  check(token: string, request: RequestLabel, nowMs: number): void {
    if (this.#gate === undefined || this.#state.state !== "wanted") return;
    const verdict = this.#gate.check(token, this.#address, nowMs);
    this.#state = { state: "checked", failures: this.#state.failures, request, ...verdict };
  }

  /**
   * Gives the answer to the token that was checked, once its time has come.
   *
   * @param nowMs Monotonic time.
   * @returns The answer, or `undefined` when there is none yet.
   */
  settle(nowMs: number): AuthorisationAnswer | undefined {
    if (this.#state.state !== "checked" || nowMs < this.#state.answerAtMs) return undefined;
    const { isGranted, request } = this.#state;
    const failures = this.#state.failures + 1;
    this.#state = isGranted ? { state: "granted" } : { state: "wanted", failures };
    return { request, isGranted, isFinal: !isGranted && failures >= MAX_AUTH_FAILURES };
  }

  /** Whether the client took too long. */
  isTimedOut(nowMs: number): boolean {
    return !this.isGranted && nowMs >= this.#timeoutAtMs;
  }

  /** When `settle` or `isTimedOut` changes: monotonic milliseconds, or `undefined` for never. */
  nextDeadline(): number | undefined {
    switch (this.#state.state) {
      case "wanted":
        return this.#timeoutAtMs;
      case "checked":
        return Math.min(this.#timeoutAtMs, this.#state.answerAtMs);
      case "granted":
        return undefined;
      default:
        return this.#state satisfies never;
    }
  }
}
