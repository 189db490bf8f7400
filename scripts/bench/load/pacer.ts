/**
 * Turns at once at most: after a pause of this process more would overflow the buffers of sockets,
 * and what is lost then is not lost by the relay.
 */
const MAX_BURST = 32;

/** Calls a function at a fixed rate, as well as the timers of the system can. */
export class Pacer implements Disposable {
  readonly #perMs: number;
  readonly #turn: () => void;
  #lastMs = performance.now();
  #due = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins. @param perSecond The rate. @param turn Called so often. */
  constructor(perSecond: number, turn: () => void) {
    this.#perMs = perSecond / 1000;
    this.#turn = turn;
    this.#run();
  }

  /** Ends it. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.stop();
  }

  #run(): void {
    // First, so that a turn may stop it.
    this.#timer = setTimeout(() => this.#run(), 1);
    const nowMs = performance.now();
    this.#due = Math.min(MAX_BURST, this.#due + (nowMs - this.#lastMs) * this.#perMs);
    this.#lastMs = nowMs;
    for (; this.#due >= 1; this.#due--) this.#turn();
  }
}
