/** The longest delay that `setTimeout` takes; a later deadline is reached in several steps. */
const MAX_DELAY_MS = 0x7fff_ffff;

/**
 * The one timer of a shell, armed to the next deadline that its core names.
 *
 * Nearly every datagram moves the deadline to later. So a timer that is armed for an earlier moment
 * is left alone: it fires, its core finds nothing due, and it is armed anew.
 */
export class DeadlineTimer implements Disposable {
  readonly #onDue: () => void;
  #handle: ReturnType<typeof setTimeout> | undefined;
  #armedForMs = Infinity;

  /** @param onDue Called at the deadline, or before; it arms the timer anew. */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /**
   * Sees to it that `onDue` is called at a deadline, or before.
   *
   * @param deadlineMs Monotonic milliseconds; `undefined` for none.
   * @param nowMs Monotonic milliseconds.
   */
  arm(deadlineMs: number | undefined, nowMs: number): void {
    if (deadlineMs === undefined || deadlineMs >= this.#armedForMs) return;
    clearTimeout(this.#handle);
    this.#armedForMs = deadlineMs;
    // Rounded up: a timer that fires a fraction too early would find nothing due and spin.
    const delayMs = Math.min(Math.max(0, Math.ceil(deadlineMs - nowMs)), MAX_DELAY_MS);
    this.#handle = setTimeout(() => {
      this.#armedForMs = Infinity;
      this.#onDue();
    }, delayMs);
  }

  /** Disarms the timer for good. */
  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
    this.#armedForMs = -Infinity;
  }
}
