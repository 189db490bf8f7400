/** How a token bucket fills. */
export interface TokenBucketRate {
  /** The most tokens that it holds; it begins full. */
  readonly burst: number;
  /** Tokens that come back each second. */
  readonly perSecond: number;
}

/** A token bucket: `burst` at once, then `perSecond` a second (PROTOCOL 1.4). */
export class TokenBucket {
  readonly #rate: TokenBucketRate;
  #tokens: number;
  #filledAtMs: number;

  /** @param rate How it fills. @param nowMs Monotonic time of its beginning. */
  constructor(rate: TokenBucketRate, nowMs: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAtMs = nowMs;
  }

  /**
   * Whether a token is there to take.
   *
   * @param nowMs Monotonic time.
   */
  has(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= 1;
  }

  /**
   * Takes one token.
   *
   * @param nowMs Monotonic time.
   * @returns False, and nothing taken, when the bucket is empty.
   */
  take(nowMs: number): boolean {
    if (!this.has(nowMs)) return false;
    this.#tokens--;
    return true;
  }

  /** Puts one token back, if there is room for it. */
  giveBack(nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + 1);
  }

  /** Whether the bucket is full again, so that forgetting it changes nothing. */
  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= this.#rate.burst;
  }

  #fill(nowMs: number): void {
    if (nowMs <= this.#filledAtMs) return;
    const filled = (nowMs - this.#filledAtMs) * this.#rate.perSecond / 1000;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + filled);
    this.#filledAtMs = nowMs;
  }
}
