/** A program that a measurement needs is not here; the message says which, and how to get it. */
export class MissingProgramError extends Error {
  override readonly name = "MissingProgramError";
}
