import { sourceKey } from "../../session/source_limiter.ts";
import { TokenBucket } from "../../session/token_bucket.ts";

/** Wrong tokens of one source: 5 at once, then one each 10 s. */
const RATE = { burst: 5, perSecond: 0.1 } as const;

/** How long until another token is looked at, at most, seconds. */
export const RETRY_AFTER_SECONDS = 1 / RATE.perSecond;

/** Sources remembered at once; past it the one that failed longest ago is forgotten. */
export const MAX_SOURCES = 1_024;

/** Bounds how fast control tokens can be guessed. Right ones don't count. */
export class LoginLimiter {
  // In the order of the last failure: the first entry is the oldest.
  readonly #buckets = new Map<string, TokenBucket>();

  /** How many sources are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Whether a token of a source may be looked at: also the right one, else a guesser would go on.
   *
   * @param address IP address of the source, without the port.
   * @param nowMs Monotonic time.
   */
  mayTry(address: string, nowMs: number): boolean {
    return this.#buckets.get(sourceKey(address))?.has(nowMs) ?? true;
  }

  /**
   * Counts a wrong token.
   *
   * @param address IP address of the source, without the port.
   * @param nowMs Monotonic time.
   */
  fail(address: string, nowMs: number): void {
    const key = sourceKey(address);
    const bucket = this.#buckets.get(key) ?? new TokenBucket(RATE, nowMs);
    bucket.take(nowMs);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (!bucket.isFull(nowMs) && this.#buckets.size <= MAX_SOURCES) return;
      this.#buckets.delete(key);
    }
  }
}
