import { TokenBucket } from "./token_bucket.ts";

/** Lines about one kind of event: 10 at once, then 1 a second. */
const RATE = { burst: 10, perSecond: 1 } as const;

/** Keeps strangers from filling the log: lets a few events through and counts the rest. */
export class LogLimiter {
  readonly #bucket: TokenBucket;
  #suppressed = 0;

  /** @param nowMs Monotonic time. */
  constructor(nowMs: number) {
    this.#bucket = new TokenBucket(RATE, nowMs);
  }

  /**
   * Asks whether an event is to be logged.
   *
   * @param nowMs Monotonic time.
   * @returns How many were passed over since the last one that was; `undefined` to pass this one over.
   */
  admit(nowMs: number): number | undefined {
    if (!this.#bucket.take(nowMs)) {
      this.#suppressed++;
      return undefined;
    }
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
