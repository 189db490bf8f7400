/** The most bytes of a notice or of a reason that a relay sends; it cuts off what is longer. */
export const MAX_NOTICE_BYTES = 256;

/**
 * Says that a text is too long to be sent whole.
 *
 * @param text The text as it is typed.
 * @returns What is wrong, for a person; empty if nothing is.
 */
export function describeExcess(text: string): string {
  const { byteLength } = new TextEncoder().encode(text.trim());
  if (byteLength <= MAX_NOTICE_BYTES) return "";
  return `It is ${byteLength} bytes long, and clients are sent ${MAX_NOTICE_BYTES} at most`;
}
