import type { LogRecord } from "@std/log";

import { escapeUnprintable, quoteValue, stringifyPrintable } from "./printable_text.ts";

/**
 * Longest text value that is written, in UTF-16 units. A stranger may send a reason or a name of
 * some kilobytes in a datagram of the same size, and must not fill the disk with it.
 */
export const MAX_VALUE_LENGTH = 1_024;

/** A log line as a JSON object: `time`, `level`, `message` and then the fields, all of them flat. */
export interface LogJson {
  /** A part of the line. */
  readonly [name: string]: string | number | boolean | null;
}

/** Names with a meaning of their own in a JSON log line; a field of that name gets a `_` behind. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["type", "time", "level", "message"]);

/** Width of the level in a text line: that of the longest name in daily use. */
const LEVEL_WIDTH = 5;

/**
 * Writes a record as a line of text:
 *
 *     2026-11-21T20:01:33.123Z INFO  client registered id=pump-3 address=127.0.0.1:5000
 *
 * A value is quoted like a JSON string where it needs it, and nothing in it can end the line, look
 * like another field, or steer a terminal.
 *
 * @param record The record; its fields are in its first argument.
 * @param options.color Whether the level is coloured, by ANSI escape sequences.
 * @returns The line, without a line end.
 */
export function formatText(record: LogRecord, { color = false } = {}): string {
  const label = record.levelName.padEnd(LEVEL_WIDTH);
  const level = color ? colorLevel(label, record.levelName) : label;
  const fields = readFields(record)
    .map(([name, value]) => ` ${name}=${quoteValue(String(value))}`);
  const time = record.datetime.toISOString();
  return `${time} ${level} ${escapeUnprintable(record.msg)}${fields.join("")}`;
}

/**
 * Writes a record as a line of JSON:
 *
 *     {"time":"2026-11-21T20:01:33.123Z","level":"info","message":"client registered","id":"pump-3"}
 *
 * @param record The record; its fields are in its first argument.
 * @returns The line, without a line end; printable, like a text line.
 */
export function formatJson(record: LogRecord): string {
  return stringifyPrintable(toLogJson(record));
}

/**
 * Turns a record into the object that its JSON line holds.
 *
 * @param record The record; its fields are in its first argument.
 * @returns A new object. Its strings are not escaped: write it with `stringifyPrintable`.
 */
export function toLogJson(record: LogRecord): LogJson {
  const fields = readFields(record)
    .map(([name, value]) => [RESERVED_NAMES.has(name) ? `${name}_` : name, value] as const);
  // fromEntries, because an assignment would take a field named "__proto__" for something else.
  return Object.fromEntries([
    ["time", record.datetime.toISOString()],
    ["level", record.levelName.toLowerCase()],
    ["message", record.msg],
    ...fields,
  ]);
}

function readFields(record: LogRecord): [string, LogJson[string]][] {
  const [fields] = record.args;
  if (typeof fields !== "object" || fields === null) return [];
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name.replace(/[^\w.-]/g, "_"), toJsonValue(value)]);
}

function toJsonValue(value: unknown): LogJson[string] {
  switch (typeof value) {
    case "string":
      return cut(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "bigint":
      return String(value);
    default:
      // Beyond what LogValue allows: say what it is and look no further into it.
      return value === null ? null : Object.prototype.toString.call(value);
  }
}

function cut(text: string): string {
  if (text.length <= MAX_VALUE_LENGTH) return text;
  // toWellFormed, for the cut may go through a surrogate pair.
  return `${text.slice(0, MAX_VALUE_LENGTH).toWellFormed()}...${
    text.length - MAX_VALUE_LENGTH
  } more`;
}

function colorLevel(label: string, levelName: string): string {
  switch (levelName) {
    case "DEBUG":
      return `\x1b[2m${label}\x1b[0m`;
    case "INFO":
      return `\x1b[32m${label}\x1b[0m`;
    case "WARN":
      return `\x1b[33m${label}\x1b[0m`;
    case "ERROR":
      return `\x1b[31m${label}\x1b[0m`;
    default:
      return `\x1b[1;31m${label}\x1b[0m`;
  }
}
