/** Thrown by every assertion that does not hold. */
export class AssertionError extends Error {
  /**
   * Makes the error.
   *
   * @param message What was expected, and what came instead.
   * @param options `cause` when another error is wrapped.
   */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/**
 * Ends an assertion's message with what the test itself had to say.
 *
 * @param message What failed, without a full stop.
 * @param note The assertion's own `msg` argument.
 * @returns `message: note`, or `message.` without a note.
 */
export function withNote(message: string, note: string | undefined): string {
  return note ? `${message}: ${note}` : `${message}.`;
}
