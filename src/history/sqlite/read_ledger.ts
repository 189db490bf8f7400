import { MessageLedger } from "./message_ledger.ts";
import type { MessageTable } from "./message_table.ts";
import { damagedFileError } from "./sqlite_error.ts";

/**
 * The highest number that a file may have: half of what a ledger can count to. No relay ever comes that
 * far, and one that was put there by damage would leave no numbers for the messages to come.
 */
const MAX_SEQUENCE = 2n ** 52n;

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
  const assertPossible = (sequence: bigint) => {
    if (sequence > MAX_SEQUENCE) throw damagedFileError(path, "a number is too high");
  };
  const newest = table.readNewest();
  assertPossible(newest);
  let ledger = new MessageLedger(newest);
  let firstRow: bigint | undefined;
  for (const { sequence, ...entry } of table.figures()) {
    assertPossible(sequence);
    firstRow ??= sequence;
    // Nothing makes gaps; behind one begins what is still whole.
    if (sequence !== ledger.newest + 1n) ledger = new MessageLedger(sequence - 1n);
    ledger.add(entry);
  }
  return { ledger, firstRow: firstRow ?? ledger.oldest };
}
