/** Bounds of a `BodyMemory`. */
export interface BodyMemoryLimits {
  /** How long a body is remembered, seconds; 0 remembers as many as the bound allows. */
  readonly maxAgeSeconds: number;
  /** Bodies remembered at once; past it the oldest is forgotten. */
  readonly maxBodies: number;
}

interface Remembered {
  readonly sender: string;
  readonly atMs: number;
}

/**
 * Remembers bodies of the direct protocol that were taken, by their SHA-256: encryption is
 * randomised, so the same bytes again are a copy (PROTOCOL 2.3).
 *
 * Nothing in a plain RSA body tells its age, so a copy that comes later than this memory lasts is
 * taken for a new message. Hybrid messages have no such gap.
 */
export class BodyMemory {
  readonly #lifetimeMs: number;
  readonly #maxBodies: number;
  // In the order in which they were remembered, so the first entry is the oldest.
  readonly #bodies = new Map<string, Remembered>();

  /** @param limits Its bounds. */
  constructor({ maxAgeSeconds, maxBodies }: BodyMemoryLimits) {
    this.#lifetimeMs = maxAgeSeconds > 0 ? maxAgeSeconds * 1000 : Infinity;
    this.#maxBodies = maxBodies;
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
   * @returns Who it was taken from, or `undefined` when it is new.
   */
  senderOf(digest: string, nowMs: number): string | undefined {
    this.#forgetOld(nowMs);
    return this.#bodies.get(digest)?.sender;
  }

  /** Remembers a body that was taken from someone. */
  remember(digest: string, sender: string, nowMs: number): void {
    this.#bodies.delete(digest);
    this.#bodies.set(digest, { sender, atMs: nowMs });
    this.#forgetOld(nowMs);
  }

  #forgetOld(nowMs: number): void {
    for (const [digest, { atMs }] of this.#bodies) {
      const isOld = nowMs >= atMs + this.#lifetimeMs;
      if (!isOld && this.#bodies.size <= this.#maxBodies) return;
      this.#bodies.delete(digest);
    }
  }
}
