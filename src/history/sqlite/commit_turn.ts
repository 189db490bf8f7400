import { clearImmediate, setImmediate } from "node:timers";

type Immediate = ReturnType<typeof setImmediate>;

/** Has something done once in a later turn of the event loop, however often it is asked for. */
export class CommitTurn {
  readonly #run: () => void;
  #immediate: Immediate | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param run What is to be done. */
  constructor(run: () => void) {
    this.#run = run;
  }

  /** In the next turn; not earlier than `after` has said, if that is still to come. */
  soon(): void {
    if (this.#immediate !== undefined || this.#timer !== undefined) return;
    // A time-out of 0 takes a millisecond or two here, and every message would have to wait for it.
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined;
      this.#run();
    });
  }

  /** After a while, milliseconds. */
  after(ms: number): void {
    this.cancel();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#run();
    }, ms);
  }

  /** Not at all. */
  cancel(): void {
    clearImmediate(this.#immediate);
    clearTimeout(this.#timer);
    this.#immediate = undefined;
    this.#timer = undefined;
  }
}
