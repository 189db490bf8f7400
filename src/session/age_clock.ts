import { ClockSteps } from "./clock_steps.ts";
import type { Instant } from "./instant.ts";

/** For how long the wall clock is doubted that was set ahead, milliseconds. */
export const DOUBT_MS = 3_600_000;

/**
 * The time by which it is judged what is too old to be kept. It is that of the wall clock, unless
 * that was set ahead: then it goes on as before for an hour. A clock that is wrong for a while must
 * not have everything thrown out that is kept, for nothing brings that back.
 *
 * What comes in that hour has a date that is ahead of this time, so it stays for longer: by what the
 * clock was set, and by an hour at most. Nothing goes too early, but what a clock that stays wrong
 * makes of it, or one that was wrong at the start.
 */
export class AgeClock {
  readonly #steps: ClockSteps;
  #leadMs = 0;
  #doubtedUntilMs = -Infinity;

  /** @param now The moment. */
  constructor(now: Instant) {
    this.#steps = new ClockSteps(now);
  }

  /**
   * Tells the time; wants to be asked often, see `ClockSteps`.
   *
   * @param now The moment.
   * @returns Unix milliseconds.
   */
  unixMs(now: Instant): number {
    const byMs = this.#steps.look(now);
    if (byMs !== undefined) {
      this.#leadMs = Math.max(0, this.#leadMs + byMs);
      this.#doubtedUntilMs = now.monotonicMs + DOUBT_MS;
    }
    if (now.monotonicMs >= this.#doubtedUntilMs) this.#leadMs = 0;
    return now.unixMs - this.#leadMs;
  }
}
