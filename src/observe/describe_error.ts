/**
 * Says what an unexpected error was, for the log.
 *
 * @param error Whatever was thrown.
 * @returns Its message and where it came from, if it says so.
 */
export function describeError(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
