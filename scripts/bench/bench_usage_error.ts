/** A command line that cannot be followed; the message is one line. */
export class BenchUsageError extends Error {
  override readonly name = "BenchUsageError";
}
