import type { LevelName } from "@std/log";
import type { JsonObject } from "./json_value.ts";

/** One event of the log. */
export interface LogEntry {
  /** The entry as the log writes it: one line without its end, without colour. */
  text(): string;
  /** The entry as an object with `time`, `level`, `message` and its fields, but no `type`. */
  json(): JsonObject;
}

/** One reader of the log. */
export interface LogSubscription {
  /** From now on the reader gets entries of this level and of the more severe ones. */
  setLevel(level: LevelName): void;
  /** Ends it; twice is safe. */
  close(): void;
}

/** What the control port needs of the log; `LogHub` has this form. */
export interface LogSource {
  /**
   * Adds a reader.
   *
   * @param level The least severe level that it gets.
   * @param listener Called at once for each entry; it must not throw.
   * @returns The handle by which to change or end it.
   */
  subscribe(level: LevelName, listener: (entry: LogEntry) => void): LogSubscription;
}
