/** How often a timer looks what is due, milliseconds. */
const STEP_MS = 20;

/** After a pause of this process no more than this is made up for, turns. */
const MAX_BURST = 16;

/** Calls a function at a rate, in small bursts, by a timer that costs next to nothing. */
export class SteadyRate implements Disposable {
  readonly #timer: ReturnType<typeof setInterval>;

  /** Begins. @param perSecond The rate. @param turn Called so often. */
  constructor(perSecond: number, turn: () => void) {
    let lastMs = performance.now();
    let due = 0;
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      due = Math.min(MAX_BURST, due + (nowMs - lastMs) / 1000 * perSecond);
      lastMs = nowMs;
      for (; due >= 1; due--) turn();
    }, STEP_MS);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
