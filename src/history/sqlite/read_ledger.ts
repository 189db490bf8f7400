import { MessageLedger } from "./message_ledger.ts";
import type { MessageTable } from "./message_table.ts";
import { damagedFileError } from "./sqlite_error.ts";

/** What is in a file. */
export interface FileLedger {
  readonly ledger: MessageLedger;
  /** The lowest number in it, which may be one that the ledger leaves out. */
  readonly firstRow: bigint;
}

/**
 * Makes the ledger of a file, out of all that is in it.
 *
 * @param table The file.
 * @param path Named when it is damaged.
 * @throws {HistoryFileError} If it holds what nothing could have put there.
 */
export function readLedger(
  table: MessageTable,
  path: string,
): FileLedger {
  let ledger = new MessageLedger(table.readNewest());
  let firstRow: bigint | undefined;
  for (const { sequence, ...entry } of table.figures()) {
    if (sequence > Number.MAX_SAFE_INTEGER) throw damagedFileError(path, "a number is too high");
    firstRow ??= sequence;
    // Nothing makes gaps; behind one begins what is still whole.
    if (sequence !== ledger.newest + 1n) ledger = new MessageLedger(sequence - 1n);
    ledger.add(entry);
  }
  return { ledger, firstRow: firstRow ?? ledger.oldest };
}
