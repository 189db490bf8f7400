import { LongAnswers } from "../session/long_answers.ts";
import { SourceLimiter } from "../session/source_limiter.ts";

/**
 * UNKNOWN_SESSION: 20 at once, then 10 a second for each source, 500 a second in all. After a
 * restart all clients of one host ask within a moment, and each needs one answer.
 */
export const UNKNOWN_SESSION_LIMITS = {
  perSource: { burst: 20, perSecond: 10 },
  global: { burst: 500, perSecond: 500 },
  maxSources: 4_096,
} as const;

/** What may be said to an address that has not registered, which is perhaps a forged one. */
export class StrangerLimits {
  readonly longAnswers: LongAnswers;
  readonly #unknownSession: SourceLimiter;

  /** @param nowMs Monotonic time. */
  constructor(nowMs: number) {
    this.longAnswers = new LongAnswers(nowMs);
    this.#unknownSession = new SourceLimiter(UNKNOWN_SESSION_LIMITS, nowMs);
  }

  /** Whether an UNKNOWN_SESSION may be sent to the source. */
  allowsUnknownSession(hostname: string, nowMs: number): boolean {
    return this.#unknownSession.take(hostname, nowMs);
  }
}
