import { getLevelName, type LogLevel } from "./levels.ts";

/** What a {@linkcode LogRecord} is made of. */
export interface LogRecordOptions {
  /** The message. */
  readonly msg: string;
  /** What was logged beside the message. */
  readonly args: unknown[];
  /** Number of the level. */
  readonly level: LogLevel;
  /** Name of the logger. */
  readonly loggerName: string;
}

/** One thing that was logged, stamped with the time of its making. */
export class LogRecord {
  /** The message. */
  readonly msg: string;
  /** Number of the level. */
  readonly level: number;
  /** Name of the level, in capitals. */
  readonly levelName: string;
  /** Name of the logger. */
  readonly loggerName: string;
  readonly #args: readonly unknown[];
  readonly #datetime = new Date();

  /**
   * Makes a record of this moment.
   *
   * @param options The message, its arguments, level and logger.
   */
  constructor(options: LogRecordOptions) {
    this.msg = options.msg;
    this.level = options.level;
    this.levelName = getLevelName(options.level);
    this.loggerName = options.loggerName;
    this.#args = [...options.args];
  }

  /** What was logged beside the message; a new array each time. */
  get args(): unknown[] {
    return [...this.#args];
  }

  /** When it was logged; a new object each time. */
  get datetime(): Date {
    return new Date(this.#datetime.getTime());
  }
}
