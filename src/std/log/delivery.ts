import {
  configureSync,
  getLogger,
  type Logger as Channel,
  type LogLevel as LogTapeLevel,
  type LogRecord as LogTapeRecord,
} from "@logtape/logtape";

import type { BaseHandler } from "./base_handler.ts";
import { LogLevels } from "./levels.ts";
import type { LogRecord } from "./log_record.ts";

/** Category in LogTape under which every logger of this package stands. */
const CATEGORY = "@std/log";

/**
 * Connects LogTape with the handlers. LogTape has one configuration for the whole program, and this
 * sets it.
 */
export function connectLogTape(): void {
  configureSync({
    reset: true,
    sinks: { handlers: passToHandlers },
    loggers: [
      { category: CATEGORY, sinks: ["handlers"], lowestLevel: "trace", parentSinks: "override" },
      // LogTape's own remarks would go to standard output, which belongs to the program's data.
      { category: ["logtape", "meta"], sinks: [], lowestLevel: null, parentSinks: "override" },
    ],
  });
}

/**
 * Opens LogTape's side of a logger.
 *
 * @param loggerName Name of the logger.
 * @returns What to hand to {@linkcode deliver}.
 */
export function openChannel(loggerName: string): Channel {
  return getLogger([CATEGORY, loggerName]);
}

/**
 * Sends a record through LogTape to handlers.
 *
 * @param channel LogTape's side of the logger.
 * @param record The record.
 * @param handlers The handlers, in order; each decides by its own level.
 * @throws What a handler throws.
 */
export function deliver(
  channel: Channel,
  record: LogRecord,
  handlers: readonly BaseHandler[],
): void {
  const delivery = new Delivery(record, handlers);
  // emit() takes the message as it is, while info() and the like would replace every "{name}" in
  // it, and a message may hold what a stranger sent.
  channel.emit({
    level: logTapeLevel(record.level),
    message: [record.msg],
    rawMessage: record.msg,
    timestamp: record.datetime.getTime(),
    properties: { delivery },
  });
  delivery.rethrow();
}

/** A record on its way, and the error that it met: LogTape would keep that to itself. */
class Delivery {
  readonly #record: LogRecord;
  readonly #handlers: readonly BaseHandler[];
  #failure: { readonly error: unknown } | undefined;

  constructor(record: LogRecord, handlers: readonly BaseHandler[]) {
    this.#record = record;
    this.#handlers = handlers;
  }

  run(): void {
    try {
      for (const handler of this.#handlers) handler.handle(this.#record);
    } catch (error) {
      this.#failure = { error };
    }
  }

  rethrow(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

function passToHandlers(record: LogTapeRecord): void {
  const { delivery } = record.properties;
  if (delivery instanceof Delivery) delivery.run();
}

function logTapeLevel(level: number): LogTapeLevel {
  if (level >= LogLevels.CRITICAL) return "fatal";
  if (level >= LogLevels.ERROR) return "error";
  if (level >= LogLevels.WARN) return "warning";
  if (level >= LogLevels.INFO) return "info";
  return level >= LogLevels.DEBUG ? "debug" : "trace";
}
