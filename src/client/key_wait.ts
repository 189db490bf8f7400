/** How long after its registration a member asks for its first key, milliseconds. */
export const FIRST_KEY_WAIT_MS = 2_000;

/** What the wait until the next such question doubles up to, milliseconds. */
export const MAX_KEY_WAIT_MS = 16_000;

/**
 * Decides when a client asks for its first key of the group (PROTOCOL 1.8). The datagram with it may
 * be lost: the relay then counts the client as a member, and nothing that is said comes one by one.
 */
export class KeyWait {
  #waitMs = FIRST_KEY_WAIT_MS;
  #nextMs: number;

  /** @param nowMs Monotonic time at which the relay took the client in. */
  constructor(nowMs: number) {
    this.#nextMs = nowMs + FIRST_KEY_WAIT_MS;
  }

  /** Takes note that a key is there: nothing is asked for any more. */
  end(): void {
    this.#nextMs = Infinity;
  }

  /** Says whether to ask now, and counts that as done. */
  take(nowMs: number): boolean {
    if (nowMs < this.#nextMs) return false;
    this.#waitMs = Math.min(2 * this.#waitMs, MAX_KEY_WAIT_MS);
    this.#nextMs = nowMs + this.#waitMs;
    return true;
  }

  /** When `take` says so next, monotonic milliseconds; `Infinity` for never. */
  nextDeadlineMs(): number {
    return this.#nextMs;
  }
}
