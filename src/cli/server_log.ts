import { configureLogging, type Logging } from "../observe/log.ts";
import type { LogHub } from "../observe/log_hub.ts";
import { levelNameOf } from "../observe/log_level.ts";
import type { RelaySettings } from "../settings/command_settings.ts";
import type { CliIo } from "./cli_io.ts";

/** What all servers are told of their log. */
export type ServerLogSettings = Pick<
  RelaySettings,
  "logLevel" | "logFormat" | "logFile" | "logFileMaxBytes" | "logFileBackups"
>;

/**
 * Sets up the log of a server.
 *
 * @param settings How much is logged, in which form, and where.
 * @param hub Where the control port listens to the log.
 * @param io The process; its standard error gets the log.
 * @returns The log, to be disposed of by the caller.
 * @throws {LogFileError} If the log file can't be opened.
 */
export function openServerLog(settings: ServerLogSettings, hub: LogHub, io: CliIo): Logging {
  const { logLevel, logFormat, logFile, logFileMaxBytes, logFileBackups } = settings;
  const color = io.stderr.isTerminal && !io.noColor;
  const file = logFile === undefined
    ? undefined
    : { path: logFile, maxBytes: logFileMaxBytes, maxBackupCount: logFileBackups };
  return configureLogging({ level: levelNameOf(logLevel), format: logFormat, color, file, hub });
}
