/** How delays between tries grow. */
export interface BackoffLimits {
  /** The first delay, milliseconds. */
  readonly firstMs: number;
  /** What delays double up to, milliseconds. */
  readonly capMs: number;
}

/**
 * Delays that double from try to try, each spread by a quarter either way, so that those who
 * lost a server at one moment do not come back at one moment.
 */
export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #nextMs: number;

  /** @param limits First and longest delay. @param random Gives numbers from 0 up to 1. */
  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
    this.#nextMs = limits.firstMs;
  }

  /** The delay before the next try as it is before it is spread, milliseconds. */
  get baseMs(): number {
    return this.#nextMs;
  }

  /** The delay before the next try, milliseconds; the one after it will be twice as long. */
  next(): number {
    const delayMs = this.#nextMs * (0.75 + this.#random() / 2);
    this.#nextMs = Math.min(this.#nextMs * 2, this.#limits.capMs);
    return delayMs;
  }
}
