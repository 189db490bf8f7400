/**
 * What may not reach a terminal or a log line as it is: control characters (escape sequences, line
 * ends), format characters (bidirectional controls, which reorder what is read, and invisible
 * ones), line and paragraph separators, and lone surrogates.
 *
 * @see Unicode TR 36, section 3.2; CVE-2021-42574 for what bidirectional controls can do.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text that needs no quotes: no space of any kind, no quote, equals sign or backslash. */
const PLAIN = /^[^\s"=\\]+$/;

/**
 * Makes a text safe to print, by writing each character that is not printable as `\uXXXX`.
 *
 * @param text Any text.
 * @returns The text on one line; the same one if all of it is printable.
 */
export function escapeUnprintable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/**
 * Writes a text so that it stands for one value in a line of `name=value` fields.
 *
 * @param text Any text.
 * @returns The text itself, or in quotes and escaped like a JSON string when it is empty, holds
 * spaces, quotes, backslashes or equals signs, or is not printable.
 */
export function quoteValue(text: string): string {
  return PLAIN.test(text) && text.search(UNPRINTABLE) === -1 ? text : stringifyPrintable(text);
}

/**
 * Writes a value as one line of JSON that is safe to print.
 *
 * `JSON.stringify` leaves most of what {@linkcode escapeUnprintable} escapes as it is; since these
 * characters can only stand within strings, escaping them does not change what is read.
 *
 * @param value Anything that has a JSON form.
 * @returns The JSON text.
 */
export function stringifyPrintable(value: string | number | boolean | null | object): string {
  return escapeUnprintable(JSON.stringify(value));
}

// A character outside the basic plane is escaped as its two surrogates, as JSON wants it.
function escapeCharacter(character: string): string {
  return character.split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
