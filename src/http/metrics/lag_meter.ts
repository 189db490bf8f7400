import { type ControlClock, SYSTEM_CLOCK } from "../../control/control_clock.ts";

/** How a lag meter works. */
export interface LagMeterOptions {
  /** Told of each measurement, how late it was, milliseconds. */
  readonly onLag?: (lagMs: number) => void;
  /** Time and the timer; by default those of the platform. */
  readonly clock?: ControlClock;
}

/** Time between two measurements, milliseconds. */
export const LAG_INTERVAL_MS = 250;

/**
 * Measures the lag of the event loop: how much later than it should a timer runs, because something
 * else has kept the loop busy. It measures from its creation until it is disposed of.
 */
export class LagMeter implements Disposable {
  readonly #onLag: ((lagMs: number) => void) | undefined;
  readonly #clock: ControlClock;
  #worstMs = 0;
  #stopTimer: () => void = () => undefined;

  /** @param options Who is told, and by which clock. */
  constructor({ onLag, clock = SYSTEM_CLOCK }: LagMeterOptions = {}) {
    this.#onLag = onLag;
    this.#clock = clock;
    this.#startTimer();
  }

  /** The worst lag since the last call, milliseconds; 0 when nothing was measured since. */
  takeWorstMs(): number {
    const worstMs = this.#worstMs;
    this.#worstMs = 0;
    return worstMs;
  }

  /** Stops measuring; twice is safe. */
  [Symbol.dispose](): void {
    this.#stopTimer();
  }

  #startTimer(): void {
    const dueMs = this.#clock.nowMs() + LAG_INTERVAL_MS;
    this.#stopTimer = this.#clock.startTimer(LAG_INTERVAL_MS, () => {
      // The platform rounds: a timer may also run a fraction too early.
      const lagMs = Math.max(0, this.#clock.nowMs() - dueMs);
      // Before the listener, which may dispose of the meter.
      this.#startTimer();
      this.#worstMs = Math.max(this.#worstMs, lagMs);
      this.#onLag?.(lagMs);
    });
  }
}
