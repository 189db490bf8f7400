/** Work of a server that goes on by itself: nobody awaits it, but somebody has to answer for it. */
export class OwnedWork {
  readonly #running = new Set<Promise<void>>();
  readonly #onFailure: (error: unknown) => void;

  /** @param onFailure Told of what work throws. */
  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  /** Takes charge of work. */
  add(work: Promise<void>): void {
    const owned: Promise<void> = work
      .catch(this.#onFailure)
      .finally(() => this.#running.delete(owned));
    this.#running.add(owned);
  }

  /** Waits until all of it has ended, also what is added meanwhile. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
