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
  /** What is to be known; `undefined` while that is being asked. */
  newest: bigint | undefined;
  readonly done: () => void;
}

/**
 * Waits until all is known here that was kept anywhere before. One question serves all who ask while the
 * one before it is on its way: that one may have been answered before what they know of was kept.
 *
 * Once somebody has waited in vain, nobody else waits until something is heard again: a relay takes few
 * registrations at a time, and each would wait in its turn.
 */
export class CatchUp implements Disposable {
  readonly #options: CatchUpOptions;
  readonly #waiters = new Set<Waiter>();
  #running: Promise<bigint | undefined> | undefined;
  #next: Promise<bigint | undefined> | undefined;
  #isInVain = false;

  /** @param options Its parts. */
  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** Waits; resolves in a second at the latest, and never rejects. */
  async wait(): Promise<void> {
    if (!this.#isInVain) return await this.#waitFor(this.#question());
    // Nobody waits for the answer, but it may show that waiting is of use again.
    if (this.#running === undefined) void this.#ask();
  }

  /** To be called when more is known. */
  advanced(): void {
    this.#isInVain = false;
    if (this.#waiters.size === 0) return;
    const known = this.#options.known();
    for (const { newest, done } of this.#waiters) {
      if (newest !== undefined && newest <= known) done();
    }
  }

  /** Ends all waiting. */
  [Symbol.dispose](): void {
    for (const { done } of this.#waiters) done();
  }

  async #waitFor(question: Promise<bigint | undefined>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiter: Waiter = { newest: undefined, done: resolve };
    const timer = setTimeout(() => {
      this.#isInVain = true;
      resolve();
    }, PATIENCE_MS);
    this.#waiters.add(waiter);
    void this.#hear(question, waiter);
    await promise;
    clearTimeout(timer);
    this.#waiters.delete(waiter);
  }

  async #hear(question: Promise<bigint | undefined>, waiter: Waiter): Promise<void> {
    waiter.newest = await question;
    if (waiter.newest === undefined || waiter.newest <= this.#options.known()) waiter.done();
  }

  /** A question that is yet to be asked. */
  #question(): Promise<bigint | undefined> {
    if (this.#running === undefined) return this.#ask();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#ask();
    });
    return this.#next;
  }

  async #ask(): Promise<bigint | undefined> {
    const running = this.#newest();
    this.#running = running;
    const newest = await running;
    if (this.#running === running) this.#running = undefined;
    if (newest !== undefined && newest <= this.#options.known()) this.#isInVain = false;
    return newest;
  }

  async #newest(): Promise<bigint | undefined> {
    try {
      return await this.#options.askNewest();
    } catch {
      // Whatever it was: it can't be told now, and who looks after the connection reports it.
      return undefined;
    }
  }
}
