/** The longest text of a SERVER_NOTICE or a DISCONNECT, bytes of UTF-8: it fits any datagram budget. */
export const MAX_REASON_BYTES = 256;

/**
 * Cuts a text to a length, between two characters.
 *
 * @param text Any text.
 * @param maxBytes The most bytes of UTF-8 that may be left of it.
 * @returns The text, or as many of its first characters as fit.
 */
export function cutText(text: string, maxBytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
