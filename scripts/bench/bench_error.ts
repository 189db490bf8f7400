/** A relay does not start, or a measurement can't be made; the message says which and why. */
export class BenchError extends Error {
  override readonly name = "BenchError";
}
