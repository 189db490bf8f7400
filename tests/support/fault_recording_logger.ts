import type { EventLogger, LogFields } from "../../src/observe/event_logger.ts";

/** Remembers what is logged: `warn message name=value ...`. */
export class RecordingLogger implements EventLogger {
  readonly lines: string[] = [];

  debug(message: string, fields?: LogFields): void {
    this.#record("debug", message, fields);
  }

  info(message: string, fields?: LogFields): void {
    this.#record("info", message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    this.#record("warn", message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#record("error", message, fields);
  }

  #record(level: string, message: string, fields: LogFields = {}): void {
    const shown = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
    this.lines.push([level, message, ...shown].join(" "));
  }
}
