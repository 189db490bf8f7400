/**
 * The earlier of two deadlines, for where `earliest` would make an array too often.
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
