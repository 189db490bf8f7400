/** How soon a second KEEP_ALIVE follows the first, milliseconds; the delay then doubles. */
export const FIRST_REQUEST_DELAY_MS = 250;

/** What the delay doubles up to, milliseconds. */
export const MAX_REQUEST_DELAY_MS = 2_000;

/**
 * Decides when a client asks its relay, by KEEP_ALIVE, for what it lacks to read group messages
 * (PROTOCOL 1.8): at once, and then ever more seldom. Anyone can make it look as if it lacked
 * something, so a new cause begins at once only after the delay of the last request went by twice.
 */
export class GroupRequests {
  #delayMs = FIRST_REQUEST_DELAY_MS;
  #nextMs = -Infinity;

  /** Takes note that what was asked for came: the next request is a first one. */
  reset(): void {
    this.#delayMs = FIRST_REQUEST_DELAY_MS;
    this.#nextMs = -Infinity;
  }

  /**
   * Says whether to ask now, and counts that as done.
   *
   * @param isLacking Whether there is something to ask for.
   * @param nowMs Monotonic time.
   */
  take(isLacking: boolean, nowMs: number): boolean {
    if (!isLacking || nowMs < this.#nextMs) return false;
    if (nowMs >= this.#nextMs + this.#delayMs) this.#delayMs = FIRST_REQUEST_DELAY_MS;
    this.#nextMs = nowMs + this.#delayMs;
    this.#delayMs = Math.min(2 * this.#delayMs, MAX_REQUEST_DELAY_MS);
    return true;
  }

  /** When `take` says so next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(isLacking: boolean): number {
    return isLacking ? this.#nextMs : Infinity;
  }
}
