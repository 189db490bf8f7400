import { AssertionError, withNote } from "./assertion_error.ts";
import { show } from "./describe.ts";

/** Share of the expected value that {@linkcode assertAlmostEquals} tolerates by default. */
const DEFAULT_TOLERANCE = 1e-7;

/**
 * Asserts that one value is above another.
 *
 * @param actual The value that must be above.
 * @param expected The value that must be below.
 * @param msg The error's message.
 * @throws {AssertionError} If `actual > expected` does not hold.
 */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) failComparison(actual, ">", expected, msg);
}

/**
 * Asserts that one value is not below another.
 *
 * @param actual The value that must not be below.
 * @param expected The least value allowed.
 * @param msg The error's message.
 * @throws {AssertionError} If `actual >= expected` does not hold.
 */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) failComparison(actual, ">=", expected, msg);
}

/**
 * Asserts that one value is below another.
 *
 * @param actual The value that must be below.
 * @param expected The value that must be above.
 * @param msg The error's message.
 * @throws {AssertionError} If `actual < expected` does not hold.
 */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) failComparison(actual, "<", expected, msg);
}

/**
 * Asserts that one value is not above another.
 *
 * @param actual The value that must not be above.
 * @param expected The greatest value allowed.
 * @param msg The error's message.
 * @throws {AssertionError} If `actual <= expected` does not hold.
 */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) failComparison(actual, "<=", expected, msg);
}

/**
 * Asserts that two numbers are close to each other.
 *
 * @param actual What came.
 * @param expected What was wanted.
 * @param tolerance The greatest distance allowed; by default a ten millionth of `expected`.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If they are farther apart.
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const distance = Math.abs(expected - actual);
  const allowed = tolerance ??
    (Number.isFinite(expected) ? Math.abs(expected * DEFAULT_TOLERANCE) : DEFAULT_TOLERANCE);
  if (distance <= allowed) return;
  const message =
    `Expected ${actual} to be close to ${expected}: ${distance} apart, ${allowed} allowed`;
  throw new AssertionError(withNote(message, msg));
}

function failComparison(
  actual: unknown,
  sign: string,
  expected: unknown,
  msg: string | undefined,
): never {
  throw new AssertionError(msg ?? `Expect ${show(actual)} ${sign} ${show(expected)}`);
}
