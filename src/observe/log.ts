import {
  type BaseHandler,
  getLogger,
  type LevelName,
  type LogConfig,
  type Logger,
  type LogRecord,
  setup,
} from "@std/log";

import { systemReason } from "./system_reason.ts";
import { HushcastError } from "../errors.ts";
import { createEventLogger, type EventLogger } from "./event_logger.ts";
import { type LogFile, LogFileHandler } from "./log_file_handler.ts";
import { formatJson, formatText } from "./log_format.ts";
import type { LogHub } from "./log_hub.ts";
import { lowestLevel } from "./log_level.ts";
import { StderrHandler, type SyncWriter } from "./stderr_handler.ts";

/** Where a program logs, and what. */
export interface LoggingOptions {
  /** Lowest level that goes to standard error and to the file. */
  readonly level: LevelName;
  /** Lines for people, or JSON lines for programs. */
  readonly format: "text" | "json";
  /** Whether the level in text lines on standard error is coloured. */
  readonly color: boolean;
  /** A file that gets the same lines, without colour. */
  readonly file?: LogFile;
  /** Where others may listen, at levels of their own. */
  readonly hub?: LogHub;
  /** Written to in place of standard error. */
  readonly writer?: SyncWriter;
}

/** The file that the log was to go to can't be opened; `cause` is what the system said. */
export class LogFileError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "LOG_FILE_UNUSABLE";

  /**
   * Makes the error.
   *
   * @param path Path of the file.
   * @param cause What opening it threw.
   */
  constructor(readonly path: string, cause: unknown) {
    super(`Cannot open log file "${path}": ${systemReason(cause)}`, { cause });
  }
}

/** A log that is set up. Disposing of it writes what waits and closes the file. */
export interface Logging extends Disposable {
  /** What to log with. */
  readonly logger: EventLogger;
  /** Lines that standard error did not take, since its reader is gone for example. */
  readonly lostLines: number;
  /** How often the file could not be written. */
  readonly failedFileWrites: number;
}

/**
 * Sets up the log of the program: lines on standard error, the same in a rotating file if there is
 * one, and every listener of the hub. The program has one log, so a second call takes the place of
 * the first.
 *
 * ```ts
 * import { configureLogging } from "./log.ts";
 *
 * using logging = configureLogging({ level: "INFO", format: "text", color: false });
 * logging.logger.info("relay ready", { udp: "0.0.0.0:47700" });
 * ```
 *
 * Lines are put together only when standard error, the file or a listener wants their level.
 * Standard error is written at once and in turn with the program's work: a reader that has stopped
 * reading stops the program as well.
 *
 * @param options Where to log, and what.
 * @returns The logger, and the means to end the log.
 * @throws {LogFileError} If the file can't be opened; nothing is logged then.
 */
export function configureLogging(options: LoggingOptions): Logging {
  return new ActiveLogging(options);
}

/** Set-up in which nothing is logged anywhere, least of all on standard output. */
const SILENT: LogConfig = { loggers: { default: { level: "CRITICAL", handlers: [] } } };

class ActiveLogging implements Logging {
  readonly logger: EventLogger;
  readonly #logger: Logger;
  readonly #stderr: StderrHandler;
  readonly #file: LogFileHandler | undefined;
  readonly #levelWatch: Disposable | undefined;

  constructor(options: LoggingOptions) {
    const { level, file, hub } = options;
    this.#stderr = createStderrHandler(options);
    this.#file = file &&
      createFileHandler(options, file, (error) =>
        this.logger.error("log file not written", {
          path: file.path,
          reason: systemReason(error),
        }));
    this.#logger = openLogger(file, [this.#stderr, this.#file ?? [], hub ?? []].flat());
    this.logger = createEventLogger(this.#logger);
    const updateLevel = () => {
      this.#logger.levelName = lowestLevel([level, hub?.levelName ?? level]);
    };
    updateLevel();
    this.#levelWatch = hub?.watchLevel(updateLevel);
  }

  get lostLines(): number {
    return this.#stderr.lostLines;
  }

  get failedFileWrites(): number {
    return this.#file?.failedWrites ?? 0;
  }

  [Symbol.dispose](): void {
    this.#levelWatch?.[Symbol.dispose]();
    // While the logger still works, so that a failure is told on standard error.
    this.#file?.flush();
    // Whoever still has the logger logs nowhere from now on.
    this.#logger.handlers = [];
    if (getLogger() === this.#logger) setup(SILENT);
  }
}

function createStderrHandler({ level, format, color, writer }: LoggingOptions): StderrHandler {
  const formatter = format === "json"
    ? formatJson
    : (record: LogRecord) => formatText(record, { color });
  return new StderrHandler(level, writer === undefined ? { formatter } : { formatter, writer });
}

function createFileHandler(
  { level, format }: LoggingOptions,
  file: LogFile,
  onFailure: (error: unknown) => void,
): LogFileHandler {
  const formatter = format === "json" ? formatJson : (record: LogRecord) => formatText(record);
  return new LogFileHandler(level, { ...file, formatter, onFailure });
}

/** Opens the handlers and makes them those of the default logger. */
function openLogger(file: LogFile | undefined, handlers: BaseHandler[]): Logger {
  const named = Object.fromEntries(handlers.map((handler, i) => [`handler${i}`, handler]));
  try {
    setup({ handlers: named, loggers: { default: { handlers: Object.keys(named) } } });
  } catch (cause) {
    setup(SILENT);
    // Only the file handler opens anything.
    throw file === undefined ? cause : new LogFileError(file.path, cause);
  }
  return getLogger();
}
