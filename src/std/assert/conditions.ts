import { AssertionError, withNote } from "./assertion_error.ts";

/** What {@linkcode assertFalse} lets through. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/**
 * Asserts that a condition holds.
 *
 * @param expr Anything; it must be truthy.
 * @param msg The error's message.
 * @throws {AssertionError} If `expr` is falsy.
 */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/**
 * Asserts that a condition does not hold.
 *
 * @param expr Anything; it must be falsy.
 * @param msg The error's message.
 * @throws {AssertionError} If `expr` is truthy.
 */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}

/**
 * Asserts that a value is neither `null` nor `undefined`.
 *
 * @param actual The value.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If it is one of the two.
 */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  throw new AssertionError(withNote(`Expected a value, got ${String(actual)}`, msg));
}

/**
 * Asserts that a value was made by a class.
 *
 * @param actual The value.
 * @param expectedType The class, which may be abstract.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If it is not an instance.
 */
export function assertInstanceOf<T extends abstract new (...args: never[]) => unknown>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is InstanceType<T> {
  if (actual instanceof expectedType) return;
  const message = `Expected an instance of "${expectedType.name}", got ${kindOf(actual)}`;
  throw new AssertionError(withNote(message, msg));
}

/**
 * Asserts that a pattern is found in a text.
 *
 * @param actual The text.
 * @param expected The pattern.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If it is not found.
 */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (expected.test(actual)) return;
  throw new AssertionError(withNote(`Expected "${actual}" to match ${expected}`, msg));
}

/**
 * Asserts that a text holds another.
 *
 * @param actual The longer text.
 * @param expected The text to be found in it.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If it is not found.
 */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(withNote(`Expected "${actual}" to contain "${expected}"`, msg));
}

/**
 * Fails whatever the case.
 *
 * @param msg Added to the error's message.
 * @throws {AssertionError} Always.
 */
export function fail(msg?: string): never {
  throw new AssertionError(withNote("Failed assertion", msg));
}

/**
 * Marks code that no test may come to.
 *
 * @param msg Added to the error's message.
 * @throws {AssertionError} Always.
 */
export function unreachable(msg?: string): never {
  throw new AssertionError(withNote("Unreachable", msg));
}

function kindOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return `"${value.constructor?.name ?? "Object"}"`;
}
