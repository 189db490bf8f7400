import { AssertionError, withNote } from "./assertion_error.ts";
import { describeDifference } from "./describe.ts";
import { equal } from "./equal.ts";

/**
 * Asserts that an object has at least the properties of another, all the way down. Arrays may be
 * longer than expected, maps and sets may hold more.
 *
 * @param actual The object that may have more.
 * @param expected The properties that it must have.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If a property is missing or differs.
 */
export function assertObjectMatch<T extends object>(
  actual: T,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  if (covers(actual, expected)) return;
  const difference = describeDifference(actual, expected);
  throw new AssertionError(`${withNote("Object does not match", msg)}\n${difference}`);
}

function covers(actual: unknown, expected: unknown): boolean {
  if (!isContainer(actual) || !isContainer(expected)) return equal(actual, expected);
  if (Array.isArray(actual) !== Array.isArray(expected)) return false;
  if (expected instanceof Map) {
    return actual instanceof Map &&
      [...expected].every(([key, value]) => actual.has(key) && covers(actual.get(key), value));
  }
  if (expected instanceof Set) {
    return actual instanceof Set && [...expected].every((member) => actual.has(member));
  }
  return Reflect.ownKeys(expected).every((key) =>
    Object.hasOwn(actual, key) && covers(Reflect.get(actual, key), Reflect.get(expected, key))
  );
}

/** Objects that are matched property by property; the others are values, compared as a whole. */
function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    !(value instanceof RegExp || value instanceof Date || value instanceof ArrayBuffer ||
      ArrayBuffer.isView(value));
}
