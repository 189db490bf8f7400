/** Bodies remembered; past it the oldest is forgotten. */
export const MAX_REMEMBERED_BODIES = 1_024;

/** How long a body is remembered, milliseconds: `max_message_age` of PROTOCOL 2.3. */
export const BODY_LIFETIME_MS = 60_000;

/**
 * Remembers which bodies came already, by their SHA-256: encryption is randomised, so the same bytes
 * again are a copy (PROTOCOL 2.3).
 */
export class DirectBodyMemory {
  // Kept in the order in which they came, with that time.
  readonly #bodies = new Map<string, number>();

  /** How many are remembered. */
  get size(): number {
    return this.#bodies.size;
  }

  /**
   * Tells whether a body came before.
   *
   * @param digest SHA-256 of the body, as text.
   * @param nowMs Monotonic time.
   */
  has(digest: string, nowMs: number): boolean {
    const cameMs = this.#bodies.get(digest);
    return cameMs !== undefined && nowMs < cameMs + BODY_LIFETIME_MS;
  }

  /** Remembers a body that came now. */
  remember(digest: string, nowMs: number): void {
    this.#bodies.delete(digest);
    this.#bodies.set(digest, nowMs);
    for (const [oldest, cameMs] of this.#bodies) {
      const isOld = nowMs >= cameMs + BODY_LIFETIME_MS;
      if (!isOld && this.#bodies.size <= MAX_REMEMBERED_BODIES) return;
      this.#bodies.delete(oldest);
    }
  }
}
