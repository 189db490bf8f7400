/** Someone who was heard at some time. */
export interface HasLastSeen {
  /** Monotonic time of the last sign of life. */
  readonly lastSeenMs: number;
}

/**
 * Finds the sessions that were silent too long, without looking at all of them at every tick.
 *
 * It keeps a lower bound for the next moment at which one can time out. Signs of life only move
 * that moment later, so the bound stays true until it is reached, and is then worked out anew.
 */
export class Expiry {
  readonly #timeoutMs: number;
  #checkAtMs: number | undefined;

  /** @param timeoutMs How long a session may be silent, milliseconds. */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Takes note of a session that begins at `nowMs`. */
  watch(nowMs: number): void {
    this.#checkAtMs ??= nowMs + this.#timeoutMs;
  }

  /** When `expired` wants to be asked next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#checkAtMs;
  }

  /**
   * @param sessions All sessions.
   * @param nowMs Monotonic time.
   * @returns Those that have been silent for the time-out.
   */
  expired<Session extends HasLastSeen>(sessions: Iterable<Session>, nowMs: number): Session[] {
    if (this.#checkAtMs === undefined || nowMs < this.#checkAtMs) return [];
    const expired: Session[] = [];
    let earliestMs = Infinity;
    for (const session of sessions) {
      if (nowMs >= session.lastSeenMs + this.#timeoutMs) expired.push(session);
      else earliestMs = Math.min(earliestMs, session.lastSeenMs + this.#timeoutMs);
    }
    this.#checkAtMs = Number.isFinite(earliestMs) ? earliestMs : undefined;
    return expired;
  }
}
