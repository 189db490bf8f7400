import { AssertionError, withNote } from "./assertion_error.ts";
import { show } from "./describe.ts";
import { equal } from "./equal.ts";

/**
 * Asserts that a list holds every one of some values, in any order; see {@linkcode equal} for when
 * two values are the same.
 *
 * @param actual An array, typed array or other list that is no string.
 * @param expected The values to be found in it.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If one is missing.
 */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T> & object,
  expected: ArrayLike<T> & object,
  msg?: string,
): void {
  const present = Array.from(actual);
  const missing = Array.from(expected).filter((wanted) =>
    !present.some((item) => equal(item, wanted))
  );
  if (missing.length === 0) return;
  const message = `Expected ${show(actual)} to include ${show(expected)}`;
  throw new AssertionError(`${withNote(message, msg)}\nmissing: ${show(missing)}`);
}
