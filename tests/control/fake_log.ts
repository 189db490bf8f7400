import { getLevelByName, type LevelName } from "@std/log";
import type { LogEntry, LogSource, LogSubscription } from "../../src/control/log_source.ts";
import type { EventLogger, LogFields } from "../../src/observe/event_logger.ts";

/** A log entry with a fixed text. */
export function logEntry(message: string): LogEntry {
  return {
    text: () => `2026-11-21T20:00:00.000Z INFO  ${message}`,
    json: () => ({ time: "2026-11-21T20:00:00.000Z", level: "info", message }),
  };
}

/** A log that the test writes. */
export class FakeLog implements LogSource {
  readonly #readers = new Set<{ level: LevelName; listener: (entry: LogEntry) => void }>();

  /** How many subscriptions are open. */
  get readerCount(): number {
    return this.#readers.size;
  }

  subscribe(level: LevelName, listener: (entry: LogEntry) => void): LogSubscription {
    const reader = { level, listener };
    this.#readers.add(reader);
    return {
      setLevel: (newLevel) => reader.level = newLevel,
      close: () => this.#readers.delete(reader),
    };
  }

  /** Writes one line. */
  write(message: string, level: LevelName = "INFO"): void {
    for (const reader of this.#readers) {
      if (getLevelByName(reader.level) <= getLevelByName(level)) reader.listener(logEntry(message));
    }
  }
}

/** A logger that keeps what it is given. */
export class RecordingLogger implements EventLogger {
  readonly lines: { level: string; message: string; fields: LogFields }[] = [];

  debug(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "debug", message, fields });
  }

  info(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "info", message, fields });
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "warn", message, fields });
  }

  error(message: string, fields: LogFields = {}): void {
    this.lines.push({ level: "error", message, fields });
  }
}
