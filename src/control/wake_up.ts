/**
 * Lets one loop wait for another part of the same shell.
 *
 * A `wake` that comes while nobody waits is kept, so none is lost; several count as one.
 */
export class WakeUp {
  #isPending = false;
  #resolve: (() => void) | undefined;

  /** Ends the wait that is under way, or else the next one. */
  wake(): void {
    this.#isPending = true;
    this.#resolve?.();
  }

  /** Waits for `wake`. One caller at a time. */
  async wait(): Promise<void> {
    if (!this.#isPending) await new Promise<void>((resolve) => this.#resolve = resolve);
    this.#isPending = false;
    this.#resolve = undefined;
  }
}
