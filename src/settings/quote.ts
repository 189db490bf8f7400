/** Longest part of a value that an error shows, in UTF-16 code units. */
const SHOWN_LENGTH = 60;

/**
 * Puts text that came from outside on one line, so that it can't forge a second one or steer the
 * terminal.
 *
 * @param text Any text, of any length.
 * @returns The text with control, format and line separating characters escaped as `\u{...}`.
 */
export function escapeLine(text: string): string {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * Shows a value in an error message.
 *
 * @param text Any text, of any length.
 * @returns The text in double quotes, on one line, cut after 60 characters.
 */
export function quote(text: string): string {
  const shown = text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}...` : text;
  return `"${escapeLine(shown)}"`;
}
