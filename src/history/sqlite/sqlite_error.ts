import { systemReason } from "../../observe/system_reason.ts";
import { HushcastError } from "../../errors.ts";
import { escapeUnprintable } from "../../observe/printable_text.ts";
import { HistoryFileError } from "./history_file_error.ts";

// What SQLite says (its `sqlite3_errstr`): the runtime hands on its words, but not its numbers.
const LOCKED = /\blocked\b/;
const NO_DATABASE = /not a database/;
const MALFORMED = /malformed|no such (?:table|column)/;
const FULL = /\bis full\b/;
const READ_ONLY = /readonly/;
const CANNOT_OPEN = /^unable to open database file/;

/** Whether an error is SQLite's own, and not a mistake of ours. */
export function isSqliteError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}

/**
 * Says why nothing can be kept.
 *
 * @param error What SQLite raised.
 * @param path The file.
 * @returns A sentence for the operator, without full stop.
 */
export function troubleOf(error: Error, path: string): string {
  const { message } = error;
  if (FULL.test(message)) return `disk full: ${path}`;
  if (READ_ONLY.test(message)) return `read-only: ${path}`;
  if (MALFORMED.test(message)) return `damaged: ${path}`;
  return `cannot write ${path}: ${escapeUnprintable(message)}`;
}

/**
 * Makes of what went wrong at opening a file an error that says what to do.
 *
 * @param cause Whatever was raised; an error of ours is given back as it is.
 * @param path The file.
 */
export function historyFileErrorOf(cause: unknown, path: string): HushcastError {
  if (cause instanceof HushcastError) return cause;
  // SQLite quotes what stands in the file, here and in what its checks find.
  const reason = escapeUnprintable(cause instanceof Error ? cause.message : String(cause));
  if (LOCKED.test(reason)) {
    return new HistoryFileError(
      "HISTORY_FILE_IN_USE",
      `Cannot use ${path}: it is in use by another relay; stop that one, or name another file`,
      { cause },
    );
  }
  if (NO_DATABASE.test(reason)) return foreignFileError(path, { cause });
  if (MALFORMED.test(reason)) return damagedFileError(path, reason, { cause });
  const hint = CANNOT_OPEN.test(reason) ? "; is it a file, and is its folder there?" : "";
  const message = `Cannot use ${path}: ${systemReason(reason)}${hint}`;
  return new HistoryFileError("HISTORY_FILE_UNUSABLE", message, { cause });
}

/** The error for a file of something else. */
export function foreignFileError(path: string, options?: ErrorOptions): HistoryFileError {
  return new HistoryFileError(
    "HISTORY_FILE_FOREIGN",
    `Cannot use ${path}: it is no history of hushcast; move it away, or name another file`,
    options,
  );
}

/** The error for a file of which a part is missing or wrong. */
export function damagedFileError(
  path: string,
  what: string,
  options?: ErrorOptions,
): HistoryFileError {
  return new HistoryFileError(
    "HISTORY_FILE_DAMAGED",
    `Cannot use ${path}: it is damaged (${
      escapeUnprintable(what)
    }); restore a copy, or move it away to begin anew`,
    options,
  );
}
