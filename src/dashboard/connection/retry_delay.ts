/** The longest pause between two attempts, milliseconds. */
export const MAX_RETRY_MS = 5_000;

const FIRST_RETRY_MS = 500;

/**
 * How long to wait before the next attempt to reach the server: longer after each failure, and
 * never the same for all pages, or they would all come at once after a restart.
 *
 * @param failures Attempts that have failed since the last success, 1 or more.
 * @param random A random number from 0 to 1.
 * @returns Milliseconds, from half the longest pause of this attempt to all of it.
 */
export function retryDelayMs(failures: number, random: number): number {
  const longest = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  return longest * (0.5 + random / 2);
}
