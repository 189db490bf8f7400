import type { LogRecord as LogTapeRecord } from "@logtape/logtape";

/**
 * Wraps a text that is ready to be written, so that a sink of LogTape takes it.
 *
 * @param text What the sink is to write, its line ends included.
 * @returns A record that {@linkcode recordText} turns back into `text`.
 */
export function textRecord(text: string): LogTapeRecord {
  return {
    category: [],
    level: "info",
    message: [text],
    rawMessage: text,
    timestamp: Date.now(),
    properties: {},
  };
}

/**
 * The formatter to give to such a sink: it adds nothing and reads no placeholder.
 *
 * @param record A record made by {@linkcode textRecord}.
 * @returns The text in it.
 */
export function recordText(record: LogTapeRecord): string {
  return record.message.join("");
}
