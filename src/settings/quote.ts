import { escapeUnprintable } from "../observe/printable_text.ts";

/** Longest part of a value that an error shows, in UTF-16 code units. */
const SHOWN_LENGTH = 60;

/**
 * Shows a value in an error message.
 *
 * @param text Any text, of any length.
 * @returns The text in double quotes, on one line, cut after 60 characters.
 */
export function quote(text: string): string {
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text;
  return `"${escapeUnprintable(shown)}"`;
}
