/**
 * The earliest of several deadlines.
 *
 * @param deadlinesMs Monotonic milliseconds; `undefined` where nothing is due.
 * @returns The smallest, or `undefined` when nothing is due at all.
 */
export function earliest(...deadlinesMs: readonly (number | undefined)[]): number | undefined {
  let earliestMs: number | undefined;
  for (const deadlineMs of deadlinesMs) {
    if (deadlineMs === undefined) continue;
    if (earliestMs === undefined || deadlineMs < earliestMs) earliestMs = deadlineMs;
  }
  return earliestMs;
}
