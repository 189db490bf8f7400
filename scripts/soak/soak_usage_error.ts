/** A command line that cannot be followed; the message is one line. */
export class SoakUsageError extends Error {
  override readonly name = "SoakUsageError";
}
