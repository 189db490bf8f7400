/** How long it is waited for what was kept before, milliseconds. */
const PATIENCE_MS = 1_000;

/** What a `CatchUp` is made of. */
export interface CatchUpOptions {
  /** Asks for the number of the newest message kept anywhere. May reject. */
  readonly askNewest: () => Promise<bigint>;
  /** The number up to which all is known here. */
  readonly known: () => bigint;
}

interface Waiter {
  readonly newest: bigint;
  readonly done: () => void;
}

/**
 * Waits until all is known here that was kept anywhere before. One question serves all who ask while the
 * one before it is on its way: that one may have been answered before what they know of was kept.
 */
export class CatchUp implements Disposable {
  readonly #options: CatchUpOptions;
  readonly #waiters = new Set<Waiter>();
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param options Its parts. */
  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** Waits; resolves in about a second at the latest, and never rejects. */
  wait(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  /** To be called when more is known. */
  advanced(): void {
    if (this.#waiters.size === 0) return;
    const known = this.#options.known();
    for (const { newest, done } of this.#waiters) {
      if (newest <= known) done();
    }
  }

  /** Ends all waiting. */
  [Symbol.dispose](): void {
    for (const { done } of this.#waiters) done();
  }

  #start(): Promise<void> {
    const asked = this.#ask();
    // The question alone is shared: how long it takes to hear of what it named is for each to wait.
    const running: Promise<void> = asked.then(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return asked.then((newest) => newest === undefined ? undefined : this.#reach(newest));
  }

  async #ask(): Promise<bigint | undefined> {
    try {
      return await this.#options.askNewest();
    } catch {
      // Whatever it was: it can't be told now, and who looks after the connection reports it.
      return undefined;
    }
  }

  #reach(newest: bigint): Promise<void> {
    if (this.#options.known() >= newest) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { newest, done: resolve };
    const timer = setTimeout(resolve, PATIENCE_MS);
    this.#waiters.add(waiter);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    });
  }
}
