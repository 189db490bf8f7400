import { pause } from "../../src/cluster/pause.ts";
import { progressLine, type SoakOptions, type SoakProgress } from "./soak_target.ts";

const MINUTE_MS = 60_000;

/** A run this short says three times a minute how it goes. */
const SHORT_RUN_SECONDS = 300;

/**
 * Lets a soak run for its time, and tells its progress.
 *
 * @param options How long, and where progress goes.
 * @param read What progress there is.
 * @param signal Ends it early.
 * @returns How long it ran, seconds.
 */
export async function runForItsTime(
  { seconds, progress }: SoakOptions,
  read: () => Omit<SoakProgress, "elapsedSeconds">,
  signal: AbortSignal,
): Promise<number> {
  const beganMs = performance.now();
  const elapsed = () => (performance.now() - beganMs) / 1000;
  const everyMs = seconds < SHORT_RUN_SECONDS ? MINUTE_MS / 3 : MINUTE_MS;
  while (!signal.aborted && elapsed() < seconds) {
    // Steps end on the whole minute, not a bit later each time; a timer may fire a little early.
    const next = Math.floor(elapsed() * 1000 / everyMs + 1.01) * everyMs;
    await pause(Math.min(seconds * 1000, next) - elapsed() * 1000 + 1, signal);
    progress(progressLine({ elapsedSeconds: elapsed(), ...read() }));
  }
  return elapsed();
}
