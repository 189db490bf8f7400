import { type ControlClock, SYSTEM_CLOCK } from "../../control/control_clock.ts";

/** Time as `hushcast top` uses it; tests hand in their own. */
export interface TopClock extends ControlClock {
  /** Unix milliseconds. */
  unixMs(): number;
}

/** The clock of the platform. */
export const SYSTEM_TOP_CLOCK: TopClock = { ...SYSTEM_CLOCK, unixMs: () => Date.now() };

/**
 * Waits.
 *
 * @param clock The clock.
 * @param delayMs Milliseconds; less than 0 counts as 0.
 * @param signal Ends the wait.
 * @throws {unknown} The signal's reason when it aborts.
 */
export async function wait(clock: TopClock, delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stopTimer = clock.startTimer(Math.max(0, delayMs), resolve);
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    await promise;
  } finally {
    stopTimer();
    signal.removeEventListener("abort", abort);
  }
}
