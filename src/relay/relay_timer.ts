/**
 * The one timer of a shell: armed to what a core's `nextDeadline` reports.
 *
 * Deadlines mostly move later (every datagram does that), so a timer that is already armed for an
 * earlier moment is left alone: it fires, finds nothing due, and is armed anew.
 */
export class RelayTimer implements Disposable {
  readonly #onDue: () => void;
  #handle: ReturnType<typeof setTimeout> | undefined;
  #armedForMs = Infinity;

  /** @param onDue Called when a deadline has come; it arms the timer anew. */
  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /**
   * Sees to it that `onDue` is called at a deadline, or before.
   *
   * @param deadlineMs Monotonic milliseconds, or `undefined` when nothing is due.
   * @param nowMs Monotonic milliseconds.
   */
  arm(deadlineMs: number | undefined, nowMs: number): void {
    if (deadlineMs === undefined || deadlineMs >= this.#armedForMs) return;
    clearTimeout(this.#handle);
    this.#armedForMs = deadlineMs;
    // Rounded up: a timer that fires a fraction too early would find nothing due and spin.
    const delayMs = Math.min(Math.max(0, Math.ceil(deadlineMs - nowMs)), MAX_DELAY_MS);
    this.#handle = setTimeout(() => this.#fire(), delayMs);
  }

  /** Disarms the timer. */
  [Symbol.dispose](): void {
    clearTimeout(this.#handle);
    this.#armedForMs = -Infinity;
  }

  #fire(): void {
    this.#armedForMs = Infinity;
    this.#onDue();
  }
}

/** The longest that `setTimeout` can wait; a later deadline is armed again on the way. */
const MAX_DELAY_MS = 0x7fff_ffff;
