import type { Logger } from "@std/log";

/** A value beside a message in the log; `undefined` leaves its field out. */
export type LogValue = string | number | bigint | boolean | null | undefined;

/**
 * What a log line tells beside its message, by name: lower-case words joined by `_`. Values may be
 * anything a stranger sent (they are escaped when they are written), but never keys, tokens or
 * plaintext.
 */
export interface LogFields {
  /** The value of a field. */
  readonly [name: string]: LogValue;
}

/**
 * What a shell logs with. It is handed in, so that a test can hand in a recording one.
 *
 * The message is fixed text, the same for every event of a kind; all that varies is in the fields:
 *
 * ```ts
 * import type { EventLogger } from "./event_logger.ts";
 *
 * function greet(logger: EventLogger): void {
 *   logger.info("client registered", { id: "pump-3", address: "127.0.0.1:5000" });
 * }
 * ```
 */
export interface EventLogger {
  /** Logs what only helps to find a fault. */
  debug(message: string, fields?: LogFields): void;
  /** Logs what belongs to the normal course of things. */
  info(message: string, fields?: LogFields): void;
  /** Logs what should not be, but is dealt with. */
  warn(message: string, fields?: LogFields): void;
  /** Logs what could not be done. */
  error(message: string, fields?: LogFields): void;
}

/** A logger that logs nothing, for the users of a library who have given none. */
export const silentLogger: EventLogger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/**
 * Makes an event logger out of one of `@std/log`.
 *
 * @param logger Where the events go; its level decides which.
 * @returns An event logger that passes the fields as the record's first argument.
 */
export function createEventLogger(logger: Logger): EventLogger {
  return {
    debug: (message, fields) => void logger.debug(message, fields),
    info: (message, fields) => void logger.info(message, fields),
    warn: (message, fields) => void logger.warn(message, fields),
    error: (message, fields) => void logger.error(message, fields),
  };
}
