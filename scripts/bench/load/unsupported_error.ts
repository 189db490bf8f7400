/** The relay lacks what a load needs; the message is for people. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
}
