/** One bucket of a histogram. */
export interface LagBucket {
  /** Its upper bound, seconds; the last one's is infinite. */
  readonly upToSeconds: number;
  /** How many measurements were at most that. */
  readonly count: number;
}

/**
 * Reads a quantile from a histogram, as far as that can be known: the upper bound of the bucket that
 * it lies in.
 *
 * @param buckets In rising order, with rising counts, as Prometheus has them.
 * @param share 0 to 1, as in 0.99.
 * @returns Seconds; infinite when it is past the last finite bound, NaN when nothing was measured.
 */
export function lagQuantile(buckets: readonly LagBucket[], share: number): number {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return NaN;
  const rank = Math.max(1, Math.ceil(share * total));
  return buckets.find(({ count }) => count >= rank)?.upToSeconds ?? Infinity;
}
