import { stripVTControlCharacters } from "node:util";

import { AssertionError, withNote } from "./assertion_error.ts";

/** A class of errors, which may be abstract. */
export type ErrorClass<E extends Error> = abstract new (...args: never[]) => E;

/**
 * Asserts that a value is an error.
 *
 * @param error The value.
 * @param ErrorClass The class that it must be an instance of.
 * @param msgMatches What its message must contain or match; colours are left out of account.
 * @param msg Added to the error's message.
 * @throws {AssertionError} If it is something else.
 */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: ErrorClass<E>,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(withNote(`Expected an Error, got ${typeof error}`, msg));
  }
  if (ErrorClass !== undefined && !(error instanceof ErrorClass)) {
    const message = `Expected error to be instance of "${ErrorClass.name}", but was ` +
      `"${error.constructor.name}"`;
    throw new AssertionError(withNote(message, msg), { cause: error });
  }
  if (msgMatches === undefined || mentions(error.message, msgMatches)) return;
  const message = `Expected error message to include ${msgMatches}, but got "${error.message}"`;
  throw new AssertionError(withNote(message, msg), { cause: error });
}

/**
 * Asserts that a function throws, whatever it throws.
 *
 * @param fn The function; it is called once.
 * @param msg Added to the error's message.
 * @returns What was thrown.
 * @throws {AssertionError} If nothing was thrown.
 */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/**
 * Asserts that a function throws a certain error.
 *
 * @param fn The function; it is called once.
 * @param ErrorClass The class of the error.
 * @param msgIncludes What the error's message must contain.
 * @param msg Added to the error's message.
 * @returns The error that was thrown.
 * @throws {AssertionError} If nothing was thrown, or something else.
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows(
  fn: () => unknown,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const note = typeof classOrMsg === "string" ? classOrMsg : msg;
  let thrown: unknown;
  try {
    fn();
  } catch (error) {
    thrown = error;
    if (typeof classOrMsg === "function") assertIsError(thrown, classOrMsg, msgIncludes, note);
    return thrown;
  }
  throw new AssertionError(withNote("Expected function to throw", note));
}

/**
 * Asserts that a promise is rejected, with whatever reason.
 *
 * @param fn Makes the promise; it is called once. Throwing before it returns one does not count.
 * @param msg Added to the error's message.
 * @returns The reason.
 * @throws {AssertionError} If the promise is fulfilled, or `fn` returns none.
 */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/**
 * Asserts that a promise is rejected with a certain error.
 *
 * @param fn Makes the promise; it is called once. Throwing before it returns one does not count.
 * @param ErrorClass The class of the error.
 * @param msgIncludes What the error's message must contain.
 * @param msg Added to the error's message.
 * @returns The error.
 * @throws {AssertionError} If the promise is fulfilled or rejected otherwise, or `fn` returns none.
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const note = typeof classOrMsg === "string" ? classOrMsg : msg;
  const promise = startPromise(fn, note);
  try {
    await promise;
  } catch (error) {
    if (typeof classOrMsg === "function") assertIsError(error, classOrMsg, msgIncludes, note);
    return error;
  }
  throw new AssertionError(withNote("Expected function to reject", note));
}

function startPromise(
  fn: () => PromiseLike<unknown>,
  note: string | undefined,
): PromiseLike<unknown> {
  try {
    const promise: unknown = fn();
    if (isPromiseLike(promise)) return promise;
  } catch (cause) {
    const message = withNote("Function throws when expected to reject", note);
    throw new AssertionError(message, { cause });
  }
  throw new AssertionError(withNote("Function returned no promise to reject", note));
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

function mentions(message: string, wanted: string | RegExp): boolean {
  const plain = stripVTControlCharacters(message);
  if (typeof wanted !== "string") return wanted.test(plain);
  return plain.includes(stripVTControlCharacters(wanted));
}
