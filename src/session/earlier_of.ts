/**
 * The earlier of two deadlines. For more there is `earliest`, which makes an array for them.
 *
 * @param first Monotonic milliseconds; `undefined` when nothing is due.
 * @param second The same.
 */
export function earlierOf(
  first: number | undefined,
  second: number | undefined,
): number | undefined {
  if (first === undefined) return second;
  return second === undefined || first < second ? first : second;
}
