import { escapeUnprintable } from "../observe/printable_text.ts";

/** Line ends, for which people know a shorter escape than the general one. */
const SHORT_ESCAPES: readonly (readonly [string, string])[] = [["\n", "\\n"], ["\r", "\\r"]];

/**
 * Shows a message on one line of a terminal or a text file.
 *
 * What could end the line or drive the terminal is escaped, since others write the messages. Tabs
 * stay. It is made for reading: `listen --json` gives the exact bytes.
 *
 * @param payload The message; bytes that are not UTF-8 come as U+FFFD.
 * @returns The text on one line.
 */
export function printableMessage(payload: Uint8Array): string {
  let text = new TextDecoder().decode(payload);
  for (const [character, escape] of SHORT_ESCAPES) text = text.replaceAll(character, escape);
  return text.split("\t").map(escapeUnprintable).join("\t");
}
