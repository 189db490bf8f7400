import { assertEquals, assertInstanceOf, AssertionError, assertThrows } from "@std/assert";
import { HushcastError } from "../../src/errors.ts";

/**
 * Asserts that an action throws one of hushcast's own errors.
 *
 * @param action What must throw.
 * @param code The code that the error must have.
 * @returns The error.
 * @throws {AssertionError} If nothing is thrown, or something else.
 */
export function assertThrowsWithCode(action: () => unknown, code: string): HushcastError {
  const error = assertThrows(action);
  assertInstanceOf(error, HushcastError);
  assertEquals(error.code, code);
  return error;
}

/** What became of an action on hostile input: it returned, or failed with a coded error. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

/**
 * Runs an action that may fail in one way only.
 *
 * @param action What to run.
 * @param code The only code that it may fail with.
 * @returns What became of it.
 * @throws {AssertionError} If it throws anything else.
 */
export function outcomeOf<T>(action: () => T, code: string): Outcome<T> {
  try {
    return { ok: true, value: action() };
  } catch (error) {
    if (error instanceof HushcastError && error.code === code) {
      return { ok: false, code, message: error.message };
    }
    throw new AssertionError(`Expected code ${code}, but it threw ${error}`, { cause: error });
  }
}
