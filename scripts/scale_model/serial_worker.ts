/** Does one piece of work at a time, in the order in which they come. */
export class SerialWorker {
  readonly #wakeUp: number;
  #freeAt = 0;

  /** @param wakeUp How long it takes to begin when there was nothing to do. */
  constructor(wakeUp: number) {
    this.#wakeUp = wakeUp;
  }

  /**
   * Takes a piece of work, which waits for those before it.
   *
   * @param at When it comes; never before the one that came last.
   * @param length How long it takes, in the same unit as all times.
   * @returns When it is done.
   */
  work(at: number, length: number): number {
    const beginAt = at > this.#freeAt ? at + this.#wakeUp : this.#freeAt;
    this.#freeAt = beginAt + length;
    return this.#freeAt;
  }
}
