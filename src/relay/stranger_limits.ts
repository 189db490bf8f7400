import { SourceLimiter } from "../session/source_limiter.ts";

/** How many times longer than its question an answer may be without leave (PROTOCOL 1.4). */
export const AMPLIFICATION_FACTOR = 3;

/** Longer answers: 5 at once, then 1 a second for each source, 50 a second in all (PROTOCOL 1.4). */
export const LONG_ANSWER_LIMITS = {
  perSource: { burst: 5, perSecond: 1 },
  global: { burst: 50, perSecond: 50 },
  maxSources: 4_096,
} as const;

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
  readonly #longAnswers: SourceLimiter;
  readonly #unknownSession: SourceLimiter;

  /** @param nowMs Monotonic time. */
  constructor(nowMs: number) {
    this.#longAnswers = new SourceLimiter(LONG_ANSWER_LIMITS, nowMs);
    this.#unknownSession = new SourceLimiter(UNKNOWN_SESSION_LIMITS, nowMs);
  }

  /**
   * Whether an answer may be sent.
   *
   * @param answerBytes Length of the answer.
   * @param questionBytes Length of the datagram that asked.
   * @param hostname IP address of the source.
   * @param nowMs Monotonic time.
   */
  allowsAnswer(
    answerBytes: number,
    questionBytes: number,
    hostname: string,
    nowMs: number,
  ): boolean {
    if (answerBytes <= AMPLIFICATION_FACTOR * questionBytes) return true;
    return this.#longAnswers.take(hostname, nowMs);
  }

  /** Whether an UNKNOWN_SESSION may be sent to the source. */
  allowsUnknownSession(hostname: string, nowMs: number): boolean {
    return this.#unknownSession.take(hostname, nowMs);
  }
}
