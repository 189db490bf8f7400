import { SourceLimiter } from "./source_limiter.ts";

/** How many times longer than its question an answer may be without leave (PROTOCOL 1.4). */
export const AMPLIFICATION_FACTOR = 3;

/** Longer answers: 5 at once, then 1 a second for each source, 50 a second in all (PROTOCOL 1.4). */
export const LONG_ANSWER_LIMITS = {
  perSource: { burst: 5, perSecond: 1 },
  global: { burst: 50, perSecond: 50 },
  maxSources: 4_096,
} as const;

/** Gives leave for answers to addresses that may be forged (PROTOCOL 1.4). */
export class LongAnswers {
  readonly #limiter: SourceLimiter;

  /** @param nowMs Monotonic time. */
  constructor(nowMs: number) {
    this.#limiter = new SourceLimiter(LONG_ANSWER_LIMITS, nowMs);
  }

  /**
   * Whether an answer may be sent.
   *
   * @param answerBytes Length of the answer.
   * @param questionBytes Length of the datagram that asked.
   * @param hostname IP address of the source.
   * @param nowMs Monotonic time.
   */
  allow(answerBytes: number, questionBytes: number, hostname: string, nowMs: number): boolean {
    if (answerBytes <= AMPLIFICATION_FACTOR * questionBytes) return true;
    return this.#limiter.take(hostname, nowMs);
  }
}
