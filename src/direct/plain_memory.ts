/** Bodies remembered at once; past it the oldest is forgotten. */
export const MAX_REMEMBERED_BODIES = 65_536;

interface Remembered {
  /** Who sent it. */
  readonly address: string;
  readonly atMs: number;
}

/**
 * Remembers plain RSA bodies that were taken, by their SHA-256 (PROTOCOL 2.3).
 *
 * Nothing in such a body tells its age, so a copy that comes later than this memory lasts is taken
 * for a new message. Hybrid messages have no such gap.
 */
export class PlainMemory {
  readonly #lifetimeMs: number;
  // In the order in which they were remembered, so the first entry is the oldest.
  readonly #bodies = new Map<string, Remembered>();

  /** @param maxAgeSeconds `max_message_age`; 0 remembers as many as the bound allows. */
  constructor(maxAgeSeconds: number) {
    this.#lifetimeMs = maxAgeSeconds > 0 ? maxAgeSeconds * 1000 : Infinity;
  }

  /** How many are remembered. */
  get size(): number {
    return this.#bodies.size;
  }

  /**
   * Looks a body up.
   *
   * @param digest SHA-256 of the body, as text.
   * @param nowMs Monotonic time.
   * @returns The address from which it was taken, or `undefined` when it is new.
   */
  senderOf(digest: string, nowMs: number): string | undefined {
    this.#forgetOld(nowMs);
    return this.#bodies.get(digest)?.address;
  }

  /** Remembers a body that was taken from an address. */
  remember(digest: string, address: string, nowMs: number): void {
    this.#bodies.set(digest, { address, atMs: nowMs });
    this.#forgetOld(nowMs);
  }

  #forgetOld(nowMs: number): void {
    for (const [digest, { atMs }] of this.#bodies) {
      const isOld = nowMs >= atMs + this.#lifetimeMs;
      if (!isOld && this.#bodies.size <= MAX_REMEMBERED_BODIES) return;
      this.#bodies.delete(digest);
    }
  }
}
