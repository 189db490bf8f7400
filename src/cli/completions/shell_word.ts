/** What stands for itself in any shell, at any place of a command. */
const PLAIN = /^[A-Za-z0-9_./-]+$/;

/**
 * Writes a text so that bash and zsh read it as one word and change nothing in it.
 *
 * @param text Any text without a null character.
 * @returns The text itself if it is plain, else in single quotes.
 * @see POSIX.1-2017 Shell Command Language, 2.2.2 Single-Quotes
 */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Writes a text so that fish reads it as one word and changes nothing in it.
 *
 * @param text Any text without a null character.
 * @returns The text itself if it is plain, else in single quotes.
 * @see fish language documentation, "Quotes": `\'` and `\\` alone mean something in single quotes
 */
export function fishWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll(/[\\']/g, "\\$&")}'`;
}
