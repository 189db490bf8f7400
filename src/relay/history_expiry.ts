import type { History } from "../history/history.ts";
import { AgeClock } from "../session/age_clock.ts";
import type { Instant } from "../session/instant.ts";

/** How often what is too old is looked for, milliseconds: at most, and at least. */
const MIN_INTERVAL_MS = 1_000;
const MAX_INTERVAL_MS = 60_000;

/** Into how many intervals the bound on age is cut in between. */
const INTERVALS_PER_AGE = 10;

/**
 * Has a history with a bound on age forget what is too old, also while nobody says or asks anything:
 * what an operator wants forgotten after an hour must not stay over the night because all is quiet.
 */
export class HistoryExpiry {
  readonly #history: History;
  readonly #clock: AgeClock;
  readonly #intervalMs: number | undefined;
  #dueMs: number | undefined;

  /** @param history The history. @param now The moment. */
  constructor(history: History, now: Instant) {
    const { maxAgeMs } = history.limits;
    this.#history = history;
    this.#clock = new AgeClock(now);
    this.#intervalMs = maxAgeMs && intervalOf(maxAgeMs);
    this.#dueMs = this.#intervalMs && now.monotonicMs + this.#intervalMs;
  }

  /** Has it forget what is too old now, for whoever is about to read it. */
  forget(now: Instant): void {
    this.#history.expire(this.#clock.unixMs(now));
  }

  /** Does what is due. */
  tick(now: Instant): void {
    if (this.#intervalMs === undefined) return;
    if (this.#dueMs === undefined || now.monotonicMs < this.#dueMs) return;
    this.#dueMs = now.monotonicMs + this.#intervalMs;
    this.forget(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` without a bound on age. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }
}

function intervalOf(maxAgeMs: number): number {
  return Math.min(Math.max(maxAgeMs / INTERVALS_PER_AGE, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
}
