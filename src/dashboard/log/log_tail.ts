import { quoteValue } from "../../observe/printable_text.ts";
import type { LogLine } from "../../watch/feed_event.ts";

/** The levels of the log, the least severe first. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "critical"] as const;

/** One of `LOG_LEVELS`. */
export type LogLevel = typeof LOG_LEVELS[number];

/** A line of the log, or a place where lines are missing. */
export type LogEntry =
  & {
    /** Another one for each entry, growing. */
    readonly serial: number;
  }
  & ({ readonly line: LogLine } | { readonly missing: number });

/** The last entries of the log. */
export interface LogTail {
  readonly entries: readonly LogEntry[];
  readonly nextSerial: number;
}

/** The most entries that are kept. */
export const MAX_LOG_ENTRIES = 1_000;

/** A log without lines. */
export const EMPTY_LOG: LogTail = { entries: [], nextSerial: 0 };

/** Adds a line, or a place where `missing` lines are not there. */
export function appendLog(
  { entries, nextSerial }: LogTail,
  news: { readonly line: LogLine } | { readonly missing: number },
): LogTail {
  const kept = entries.length < MAX_LOG_ENTRIES ? entries : entries.slice(1 - MAX_LOG_ENTRIES);
  return { entries: [...kept, { serial: nextSerial, ...news }], nextSerial: nextSerial + 1 };
}

/**
 * Takes the server's own memory of its log, which has no debug lines. Of what the page has, the
 * server's lines follow the last one that is among them too; else they follow what is older than
 * all of them, as after a restart.
 *
 * @param tail The log so far.
 * @param lines The server's lines, the oldest first.
 */
export function mergeLog(tail: LogTail, lines: readonly LogLine[]): LogTail {
  const [first] = lines;
  if (first === undefined) return tail;
  const known = new Set(tail.entries.map((entry) => "line" in entry && JSON.stringify(entry.line)));
  const lastKnown = lines.findLastIndex((line) => known.has(JSON.stringify(line)));
  const earlier = lastKnown === -1 ? entriesBefore(tail, first) : tail.entries;
  const added = lines.slice(lastKnown + 1)
    .map((line, index) => ({ serial: tail.nextSerial + index, line }));
  return {
    entries: [...earlier, ...added].slice(-MAX_LOG_ENTRIES),
    nextSerial: tail.nextSerial + added.length,
  };
}

function entriesBefore({ entries }: LogTail, { time }: LogLine): readonly LogEntry[] {
  return entries.filter((entry) => "line" in entry && entry.line.time < time);
}

/**
 * Picks the entries to show: lines of a level or a more severe one that have a text in them, in any
 * case. Places with missing lines are shown unless a text is looked for.
 *
 * @param entries The entries.
 * @param level The least severe level.
 * @param text What to look for; empty picks all.
 */
export function filterLog(
  entries: readonly LogEntry[],
  level: LogLevel,
  text: string,
): readonly LogEntry[] {
  const least = LOG_LEVELS.indexOf(level);
  const wanted = text.trim().toLowerCase();
  return entries.filter((entry) => {
    if (!("line" in entry)) return wanted === "";
    if (rankOf(entry.line.level) < least) return false;
    return wanted === "" || lineText(entry.line).toLowerCase().includes(wanted);
  });
}

/**
 * The fields of a line, as `name=value` with quotes where a value needs them, ready to be shown.
 *
 * @param line The line.
 */
export function fieldsText({ time: _time, level: _level, message: _message, ...fields }: LogLine) {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${quoteValue(String(value))}`)
    .join(" ");
}

/**
 * Puts entries of one day together, so that times without dates are understood.
 *
 * @param entries The entries.
 * @param dayOf Writes the day of a line's `time`.
 * @returns For each entry, its day where it is another one than that of the entry before.
 */
export function newDays(
  entries: readonly LogEntry[],
  dayOf: (time: string) => string,
): readonly (string | undefined)[] {
  let former: string | undefined;
  return entries.map((entry) => {
    if (!("line" in entry)) return undefined;
    const day = dayOf(entry.line.time);
    const isNew = day !== former;
    former = day;
    return isNew ? day : undefined;
  });
}

/** A level of a name that is not known is shown at all times. */
function rankOf(level: string): number {
  const rank = LOG_LEVELS.findIndex((name) => name === level);
  return rank === -1 ? LOG_LEVELS.length : rank;
}

function lineText(line: LogLine): string {
  return `${line.level} ${line.message} ${fieldsText(line)}`;
}
