import { escapeUnprintable } from "../observe/printable_text.ts";
import type { CommandName } from "../settings/command_settings.ts";
import { type CliIo, isOutputError } from "./cli_io.ts";

/**
 * Writes a line for the user to standard error, whether anyone reads it or not.
 *
 * @param io The process.
 * @param command The command that writes it.
 * @param text One line; what is not printable in it is escaped.
 */
export async function writeNote(
  io: Pick<CliIo, "stderr">,
  command: CommandName,
  text: string,
): Promise<void> {
  try {
    await io.stderr.write(`hushcast ${command}: ${escapeUnprintable(text)}\n`);
  } catch (error) {
    if (!isOutputError(error)) throw error;
  }
}
