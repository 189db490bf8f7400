import type { HushcastError } from "../errors.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Does something that fails in one way when settings don't go together.
 *
 * @param type The class of that failure.
 * @param code Its code.
 * @param make What to do.
 * @returns What `make` returns.
 * @throws {UsageError} In place of that failure, with its message.
 * @throws {unknown} Any other failure as it is.
 */
export function orUsageError<T>(
  type: abstract new (...args: never[]) => HushcastError,
  code: string,
  make: () => T,
): T {
  try {
    return make();
  } catch (error) {
    throw asUsageError(type, code, error);
  }
}

/**
 * Makes wrong usage of a failure that comes of settings which don't go together.
 *
 * @param type The class of that failure.
 * @param code Its code.
 * @param error What was thrown.
 * @returns What to throw instead; the same if it is another failure.
 */
export function asUsageError(
  type: abstract new (...args: never[]) => HushcastError,
  code: string,
  error: unknown,
): unknown {
  const isIt = error instanceof type && error.code === code;
  return isIt ? new UsageError(error.message, { cause: error }) : error;
}
