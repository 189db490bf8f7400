import { sourceKey } from "../session/source_limiter.ts";

/** The delay before the answer to a source's first wrong token, milliseconds. */
export const FIRST_DELAY_MS = 500;

/** The longest that any answer is held back; well within the time to authorise. */
export const MAX_DELAY_MS = 5_000;

/** How long a source is remembered after its last wrong token, milliseconds. */
export const FORGET_AFTER_MS = 10 * 60_000;

/** Sources remembered at once; past it the one that failed longest ago is forgotten. */
export const MAX_SOURCES = 1_024;

interface Penalty {
  readonly failures: number;
  /** Answers to this source wait until then. */
  readonly untilMs: number;
  readonly forgetAtMs: number;
}

/**
 * Remembers which addresses sent wrong tokens, so that a new connection is no fresh start.
 *
 * Each failure doubles the delay before the answer. Every further answer to that source waits for
 * the end of the delay, the good one too: else a guesser would open another connection and take the
 * missing answer for a no.
 */
export class AuthPenalties {
  // In the order of the last failure: the first entry is the oldest.
  readonly #penalties = new Map<string, Penalty>();

  /** How many sources are remembered. */
  get size(): number {
    return this.#penalties.size;
  }

  /**
   * When an answer to a source may be given.
   *
   * @param address IP address of the source, without the port.
   * @param nowMs Monotonic time.
   * @returns Monotonic time, `nowMs` or later.
   */
  answerAtMs(address: string, nowMs: number): number {
    return Math.max(nowMs, this.#find(sourceKey(address), nowMs)?.untilMs ?? nowMs);
  }

  /**
   * Counts a wrong token.
   *
   * @param address IP address of the source, without the port.
   * @param nowMs Monotonic time.
   * @returns When its answer may be given: monotonic time.
   */
  fail(address: string, nowMs: number): number {
    const key = sourceKey(address);
    const failures = (this.#find(key, nowMs)?.failures ?? 0) + 1;
    const delayMs = FIRST_DELAY_MS * 2 ** Math.min(failures - 1, 16);
    // Bounded from now, not from the last delay: many guessers at once must not lock out an
    // operator who shares their address.
    const untilMs = Math.min(this.answerAtMs(address, nowMs) + delayMs, nowMs + MAX_DELAY_MS);
    this.#penalties.delete(key);
    this.#penalties.set(key, { failures, untilMs, forgetAtMs: nowMs + FORGET_AFTER_MS });
    this.#forget(nowMs);
    return untilMs;
  }

  #find(key: string, nowMs: number): Penalty | undefined {
    const penalty = this.#penalties.get(key);
    return penalty !== undefined && penalty.forgetAtMs > nowMs ? penalty : undefined;
  }

  #forget(nowMs: number): void {
    for (const [key, { forgetAtMs }] of this.#penalties) {
      if (forgetAtMs > nowMs && this.#penalties.size <= MAX_SOURCES) return;
      this.#penalties.delete(key);
    }
  }
}
