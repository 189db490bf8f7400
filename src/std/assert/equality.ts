import { AssertionError, withNote } from "./assertion_error.ts";
import { describeDifference, show } from "./describe.ts";
import { equal } from "./equal.ts";

/**
 * Asserts that two values hold the same; see {@linkcode equal} for what that means.
 *
 * @param actual What came.
 * @param expected What was wanted.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If they differ.
 */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  const difference = describeDifference(actual, expected);
  throw new AssertionError(`${withNote("Values are not equal", msg)}\n${difference}`);
}

/**
 * Asserts that two values do not hold the same.
 *
 * @param actual What came.
 * @param expected What must not come.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If they are equal.
 */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  throw new AssertionError(withNote(`Expected a value other than ${show(actual)}`, msg));
}

/**
 * Asserts that two values are one and the same, as `Object.is` sees it.
 *
 * @param actual What came.
 * @param expected What was wanted.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If they are not the same value or the same object.
 */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const difference = describeDifference(actual, expected);
  throw new AssertionError(`${withNote("Values are not strictly equal", msg)}\n${difference}`);
}
