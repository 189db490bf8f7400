/** Time and timers, as the shells of the control port use them; tests hand in their own. */
export interface ControlClock {
  /** Monotonic milliseconds from any origin. */
  nowMs(): number;
  /**
   * Starts a timer.
   *
   * @param delayMs Milliseconds from now.
   * @param callback Called once, unless the timer is stopped before.
   * @returns Stops the timer; twice is safe.
   */
  startTimer(delayMs: number, callback: () => void): () => void;
}

/** The longest delay that a timer of the platform takes; past it the callback would run at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock and the timers of the platform. */
export const SYSTEM_CLOCK: ControlClock = {
  nowMs: () => performance.now(),
  startTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), MAX_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
