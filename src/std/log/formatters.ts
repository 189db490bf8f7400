import type { LogRecord } from "./log_record.ts";

/**
 * Writes a record as one line of JSON.
 *
 * @param logRecord The record.
 * @returns An object with `level`, `datetime` (Unix time in milliseconds), `message` and, if
 * there are any, `args`: the one argument, or an array of several.
 */
export function jsonFormatter(logRecord: LogRecord): string {
  const { args } = logRecord;
  return JSON.stringify({
    level: logRecord.levelName,
    datetime: logRecord.datetime.getTime(),
    message: logRecord.msg,
    args: args.length > 1 ? args : args[0],
  });
}

/** The formatters that come with the package. */
export const formatters = { jsonFormatter } as const;
