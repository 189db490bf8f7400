import { getConsoleSink, type Sink } from "@logtape/logtape";

import { BaseHandler, type BaseHandlerOptions } from "./base_handler.ts";
import { type LevelName, LogLevels } from "./levels.ts";
import type { LogRecord } from "./log_record.ts";
import { recordText, textRecord } from "./text_record.ts";

// All levels go to console.log, as in the real package; textRecord() knows but one anyway.
const CONSOLE_METHODS = {
  trace: "log",
  debug: "log",
  info: "log",
  warning: "log",
  error: "log",
  fatal: "log",
} as const;

/** Options of a {@linkcode ConsoleHandler}. */
export interface ConsoleHandlerOptions extends BaseHandlerOptions {
  /** Whether a record is coloured by its level; by default it is, unless `NO_COLOR` is set. */
  readonly useColors?: boolean;
}

/** Writes records to the console, which is standard output. */
export class ConsoleHandler extends BaseHandler {
  readonly #useColors: boolean;
  readonly #sink: Sink = getConsoleSink({
    formatter: recordText,
    levelMap: CONSOLE_METHODS,
  });

  /**
   * Makes the handler.
   *
   * @param levelName Records below this level are left out.
   * @param options How records are written.
   */
  constructor(levelName: LevelName, options: ConsoleHandlerOptions = {}) {
    super(levelName, options);
    this.#useColors = (options.useColors ?? true) && !Deno.noColor;
  }

  /**
   * Turns a record into text, coloured by its level if colours are on.
   *
   * @param logRecord The record.
   * @returns What `log` is given.
   */
  override format(logRecord: LogRecord): string {
    const text = super.format(logRecord);
    return this.#useColors ? colored(text, logRecord.level) : text;
  }

  /**
   * Writes a text and a line end to the console.
   *
   * @param msg One formatted record.
   */
  override log(msg: string): void {
    this.#sink(textRecord(msg));
  }
}

function colored(text: string, level: number): string {
  switch (level) {
    case LogLevels.INFO:
      return `\x1b[34m${text}\x1b[39m`;
    case LogLevels.WARN:
      return `\x1b[33m${text}\x1b[39m`;
    case LogLevels.ERROR:
      return `\x1b[31m${text}\x1b[39m`;
    case LogLevels.CRITICAL:
      return `\x1b[1m\x1b[31m${text}\x1b[39m\x1b[22m`;
    default:
      return text;
  }
}
