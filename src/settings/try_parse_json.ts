/**
 * Reads JSON that may be anything. The error of `JSON.parse` quotes what stands there, so it is not
 * for those who keep secrets in a file.
 *
 * @param text Any text.
 * @returns The value, or `undefined` when the text is no JSON.
 */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
