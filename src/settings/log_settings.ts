import type { SettingsTable } from "./setting.ts";

/** How much is logged, in which form, and where besides standard error. */
export const LOG_SETTINGS = {
  logLevel: {
    key: "log_level",
    kind: "choice",
    choices: ["debug", "info", "warn", "error", "critical"],
    default: "info",
    placeholder: "LEVEL",
    help: "Least serious level that is logged",
  },
  logFormat: {
    key: "log_format",
    kind: "choice",
    choices: ["text", "json"],
    default: "text",
    help: "Form of the log on standard error: lines for people, or one JSON object a line",
  },
  logFile: {
    key: "log_file",
    kind: "path",
    placeholder: "FILE",
    defaultText: "no file",
    help: "File that gets the log as well",
  },
  logFileMaxBytes: {
    key: "log_file_max_bytes",
    kind: "integer",
    min: 1024,
    max: 1024 ** 4,
    unit: "bytes",
    default: 10 * 1024 ** 2,
    help: "Size at which the log file is put aside and a new one begun",
  },
  logFileBackups: {
    key: "log_file_backups",
    kind: "integer",
    min: 1,
    max: 100,
    unit: "files",
    default: 5,
    help: "Log files kept after they were put aside",
  },
} as const satisfies SettingsTable;
