/** A build that failed for a reason that the message gives whole; no stack is needed. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}
