import { Deque } from "./deque.ts";

/**
 * Runs jobs in order, a few at a time.
 *
 * The runtime would start a thread for every RSA operation that is asked for at once, hundreds of
 * them, and then the receive loop is one thread among hundreds.
 */
export class JobQueue {
  readonly #maxRunning: number;
  readonly #waiting = new Deque<() => void>();
  #running = 0;

  /** @param maxRunning How many jobs run at the same time. */
  constructor(maxRunning: number) {
    this.#maxRunning = maxRunning;
  }

  /**
   * Runs a job when its turn comes. How many wait is for the caller to bound.
   *
   * @param job The job.
   * @returns What the job returns; rejects with what it throws.
   */
  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#maxRunning) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await job();
    } finally {
      // Whoever waits longest takes the place over, so that nobody new can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
