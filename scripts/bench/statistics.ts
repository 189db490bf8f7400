/**
 * The value in the middle, or the mean of the two there.
 *
 * @param values In any order; not changed.
 * @returns NaN when there is none.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? NaN) + upper) / 2 : upper;
}

/**
 * The least value that a share of all values does not exceed (the nearest-rank method).
 *
 * @param sorted In rising order.
 * @param share 0 to 1.
 * @returns NaN when there is none.
 */
export function percentile(sorted: readonly number[], share: number): number {
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? NaN;
}
