import { configureLogging, type Logging } from "../observe/log.ts";
import { levelNameOf } from "../observe/log_level.ts";
import type { ChatSettings } from "../settings/command_settings.ts";
import type { CliIo } from "./cli_io.ts";

/** What all clients are told of their log. */
export type ClientLogSettings = Pick<ChatSettings, "logLevel" | "logFormat">;

/**
 * Sets up the log of a client.
 *
 * @param settings How much is logged, and in which form.
 * @param io The process; its standard error gets the log.
 * @returns The log, to be disposed of by the caller.
 */
export function openClientLog({ logLevel, logFormat }: ClientLogSettings, io: CliIo): Logging {
  const color = io.stderr.isTerminal && !io.noColor;
  return configureLogging({ level: levelNameOf(logLevel), format: logFormat, color });
}
