import { quote } from "../settings/quote.ts";

/**
 * Shows an argument that stands where none belongs, in an error message.
 *
 * @param argument Any text, of any length.
 * @returns The text in double quotes, on one line and cut; of an invitation only its scheme, since it
 *   holds a token.
 */
export function shownArgument(argument: string): string {
  return quote(argument.replace(/hushcast:.*$/is, "hushcast:..."));
}
