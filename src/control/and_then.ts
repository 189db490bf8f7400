/**
 * Goes on with a value at once where it is there, so that a reply keeps its place among others, and
 * later where it has to be waited for.
 *
 * @param value The value, or a promise of it.
 * @param next What is made of it.
 */
export function andThen<T, R>(value: T | Promise<T>, next: (value: T) => R): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
