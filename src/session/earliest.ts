import { earlierOf } from "./earlier_of.ts";

/**
 * The earliest of several deadlines.
 *
 * @param deadlinesMs Monotonic milliseconds; `undefined` where nothing is due.
 * @returns The smallest, or `undefined` when nothing is due at all.
 */
export function earliest(...deadlinesMs: readonly (number | undefined)[]): number | undefined {
  return deadlinesMs.reduce(earlierOf, undefined);
}
