import type { Instant } from "./instant.ts";

/** How far the wall clock may run away from the monotonic one without being taken as set, milliseconds. */
export const CLOCK_STEP_MS = 5_000;

/**
 * Notices that the wall clock was set, or that the machine slept: either lets it jump, seen from the
 * monotonic clock.
 */
export class ClockSteps {
  #leadMs: number;

  /** @param now The moment. */
  constructor(now: Instant) {
    this.#leadMs = leadOf(now);
  }

  /**
   * Looks at the clocks; wants to be called often, since a clock that is being corrected slowly runs
   * away too.
   *
   * @param now The moment.
   * @returns By how much the wall clock has jumped since the last call, milliseconds, negative for
   *   back; `undefined` if it has not.
   */
  look(now: Instant): number | undefined {
    const byMs = leadOf(now) - this.#leadMs;
    this.#leadMs += byMs;
    return Math.abs(byMs) > CLOCK_STEP_MS ? byMs : undefined;
  }
}

function leadOf({ unixMs, monotonicMs }: Instant): number {
  return unixMs - monotonicMs;
}
