import type { BaseHandler } from "./base_handler.ts";
import { deliver, openChannel } from "./delivery.ts";
import {
  getLevelByName,
  getLevelName,
  type LevelName,
  type LogLevel,
  LogLevels,
} from "./levels.ts";
import { LogRecord } from "./log_record.ts";
import { messageText } from "./message_text.ts";

/** Any function: what a message given as a value may not be. */
export type GenericFunction = (...args: never[]) => unknown;

/** Options of a {@linkcode Logger}. */
export interface LoggerOptions {
  /** Where records go; by default nowhere. */
  readonly handlers?: BaseHandler[];
}

/**
 * What a program logs with. Every method takes a message, or a function that makes one and is only
 * called when the level is high enough, and hands the message back.
 */
export class Logger {
  /** Where records go. */
  handlers: BaseHandler[];
  #level: LogLevel;
  readonly #loggerName: string;
  readonly #channel: ReturnType<typeof openChannel>;

  /**
   * Makes a logger; `getLogger` finds one that is set up.
   *
   * @param loggerName Name that its records carry.
   * @param levelName Records below this level are left out.
   * @param options Where records go.
   */
  constructor(loggerName: string, levelName: LevelName, options: LoggerOptions = {}) {
    this.#loggerName = loggerName;
    this.#level = getLevelByName(levelName);
    this.#channel = openChannel(loggerName);
    this.handlers = options.handlers ?? [];
  }

  /** Number of the lowest level that is logged. */
  get level(): LogLevel {
    return this.#level;
  }

  set level(level: LogLevel) {
    if (!Object.values(LogLevels).includes(level)) {
      throw new TypeError(`Invalid log level: ${level}`);
    }
    this.#level = level;
  }

  /** Name of the lowest level that is logged. */
  get levelName(): LevelName {
    return getLevelName(this.#level);
  }

  set levelName(levelName: LevelName) {
    this.#level = getLevelByName(levelName);
  }

  /** Name that its records carry. */
  get loggerName(): string {
    return this.#loggerName;
  }

  /** Logs at level DEBUG; returns the message, or `undefined` if its function was not called. */
  debug<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level DEBUG and returns the message. */
  debug<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  debug(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.DEBUG, msg, args);
  }

  /** Logs at level INFO; returns the message, or `undefined` if its function was not called. */
  info<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level INFO and returns the message. */
  info<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  info(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.INFO, msg, args);
  }

  /** Logs at level WARN; returns the message, or `undefined` if its function was not called. */
  warn<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level WARN and returns the message. */
  warn<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  warn(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.WARN, msg, args);
  }

  /** Logs at level ERROR; returns the message, or `undefined` if its function was not called. */
  error<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level ERROR and returns the message. */
  error<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  error(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.ERROR, msg, args);
  }

  /** Logs at level CRITICAL; returns the message, or `undefined` if its function was not called. */
  critical<T>(msg: () => T, ...args: unknown[]): T | undefined;
  /** Logs at level CRITICAL and returns the message. */
  critical<T>(msg: T extends GenericFunction ? never : T, ...args: unknown[]): T;
  critical(msg: unknown, ...args: unknown[]): unknown {
    return this.#log(LogLevels.CRITICAL, msg, args);
  }

  #log(level: LogLevel, msg: unknown, args: unknown[]): unknown {
    const isLazy = typeof msg === "function";
    if (this.#level > level) return isLazy ? undefined : msg;
    const message: unknown = isLazy ? msg() : msg;
    const record = new LogRecord({
      msg: messageText(message),
      args,
      level,
      loggerName: this.#loggerName,
    });
    deliver(this.#channel, record, this.handlers);
    return message;
  }
}
