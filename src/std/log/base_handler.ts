import { getLevelByName, getLevelName, type LevelName, type LogLevel } from "./levels.ts";
import type { LogRecord } from "./log_record.ts";

/** Turns a record into the text that a handler writes. */
export type FormatterFunction = (logRecord: LogRecord) => string;

/** Options that every handler has. */
export interface BaseHandlerOptions {
  /** How records are written; by default `LEVEL message`. */
  readonly formatter?: FormatterFunction;
}

/**
 * A place where records go. A subclass writes the text it is given in `log`, opens what it needs in
 * `setup` and closes it in `destroy`.
 */
export abstract class BaseHandler {
  /** How records are written. */
  formatter: FormatterFunction;
  #levelName: LevelName;

  /**
   * Makes the handler.
   *
   * @param levelName Records below this level are left out.
   * @param options How records are written.
   */
  constructor(levelName: LevelName, options?: BaseHandlerOptions) {
    // Asked for only to refuse a name that is none.
    getLevelByName(levelName);
    this.#levelName = levelName;
    this.formatter = options?.formatter ?? (({ levelName, msg }) => `${levelName} ${msg}`);
  }

  /** Number of the lowest level that is written. */
  get level(): LogLevel {
    return getLevelByName(this.#levelName);
  }

  set level(level: LogLevel) {
    this.#levelName = getLevelName(level);
  }

  /** Name of the lowest level that is written. */
  get levelName(): LevelName {
    return this.#levelName;
  }

  set levelName(levelName: LevelName) {
    getLevelByName(levelName);
    this.#levelName = levelName;
  }

  /**
   * Writes a record, if its level is not too low.
   *
   * @param logRecord The record.
   */
  handle(logRecord: LogRecord): void {
    if (this.level > logRecord.level) return;
    this.log(this.format(logRecord));
  }

  /**
   * Turns a record into text.
   *
   * @param logRecord The record.
   * @returns What `log` is given.
   */
  format(logRecord: LogRecord): string {
    return this.formatter(logRecord);
  }

  /**
   * Writes a text.
   *
   * @param msg One formatted record.
   */
  abstract log(msg: string): void;

  /** Opens what the handler needs; called by `setup()` of the package. */
  setup(): void {}

  /** Closes what the handler has open; called when another set-up takes its place. */
  destroy(): void {}

  /** Closes what the handler has open. */
  [Symbol.dispose](): void {
    this.destroy();
  }
}
