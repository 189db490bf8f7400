import { clearImmediate, setImmediate } from "node:timers";

/**
 * Turns at once at most: after a pause of this process more would overflow the buffers of sockets,
 * and what is lost then is not lost by the relay.
 */
const MAX_BURST = 32;

/** From this rate on the steps of a timer would show. */
const FAST_PER_SECOND = 250;

/**
 * Calls a function at a fixed rate. A timer waits for 1 ms at least and often for two, so that a fast
 * pace would come in bursts: then it looks at every turn of the event loop instead, which keeps one
 * processor busy.
 */
export class Pacer implements Disposable {
  readonly #perMs: number;
  readonly #turn: () => void;
  readonly #wait: (run: () => void) => () => void;
  #lastMs = performance.now();
  #due = 0;
  #cancel: () => void = () => undefined;

  /** Begins. @param perSecond The rate. @param turn Called so often. */
  constructor(perSecond: number, turn: () => void) {
    this.#perMs = perSecond / 1000;
    this.#turn = turn;
    this.#wait = perSecond >= FAST_PER_SECOND ? waitATurn : waitAWhile;
    this.#run();
  }

  /** Ends it. */
  stop(): void {
    this.#cancel();
  }

  /** Ends it. */
  [Symbol.dispose](): void {
    this.stop();
  }

  #run(): void {
    // First, so that a turn may stop it.
    this.#cancel = this.#wait(() => this.#run());
    const nowMs = performance.now();
    this.#due = Math.min(MAX_BURST, this.#due + (nowMs - this.#lastMs) * this.#perMs);
    this.#lastMs = nowMs;
    for (; this.#due >= 1; this.#due--) this.#turn();
  }
}

function waitAWhile(run: () => void): () => void {
  const timer = setTimeout(run, 1);
  return () => clearTimeout(timer);
}

function waitATurn(run: () => void): () => void {
  const immediate = setImmediate(run);
  return () => clearImmediate(immediate);
}
