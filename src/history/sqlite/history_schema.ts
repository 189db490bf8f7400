import type { DatabaseSync } from "node:sqlite";
import type { HistoryKey } from "./history_key.ts";
import { unsealMessage } from "./sealed_message.ts";

/** `PRAGMA application_id` of a history: "HusH". */
export const APPLICATION_ID = 0x48757348;

/** Brings a file from one schema to the next one, within a transaction. */
type Migration = (database: DatabaseSync, key: HistoryKey) => void;

/**
 * What makes each schema out of the one before; a new file goes through all of them. What stands here
 * is never changed: there are files that it has made.
 */
const MIGRATIONS: readonly Migration[] = [createTables, addTimesAndIds];

/** `PRAGMA user_version` of a file of today. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings a file to today's schema, within a transaction.
 *
 * @param database The file.
 * @param from Its schema; 0 when it is new.
 * @param key What it is sealed under.
 * @param to The schema wanted, for a test that needs an old file.
 */
export function migrate(
  database: DatabaseSync,
  from: number,
  key: HistoryKey,
  to = SCHEMA_VERSION,
): void {
  for (const migration of MIGRATIONS.slice(from, to)) migration(database, key);
  database.exec(`PRAGMA user_version = ${to}`);
}

/** Schema 1. */
function createTables(database: DatabaseSync): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  database.exec("CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT");
  database.exec(
    "CREATE TABLE message" +
      " (sequence INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT",
  );
}

/** Schema 2: bounds on age, and messages that are known again in a later session of their client. */
function addTimesAndIds(database: DatabaseSync, key: HistoryKey): void {
  database.exec("ALTER TABLE message RENAME TO message_1");
  // The long column last, so that none of the others is behind overflow pages.
  database.exec(
    "CREATE TABLE message (sequence INTEGER PRIMARY KEY, unix_ms INTEGER NOT NULL," +
      " bytes INTEGER NOT NULL, id BLOB, sealed BLOB NOT NULL) STRICT",
  );
  // Of those that have an id alone: an entry without one is of no use, but costs as much.
  database.exec("CREATE UNIQUE INDEX message_id ON message (id) WHERE id IS NOT NULL");
  copyMessages(database, key);
  database.exec("DROP TABLE message_1");
}

/** A message of schema 1 came about when it was sealed. */
function copyMessages(database: DatabaseSync, key: HistoryKey): void {
  const insert = database.prepare(
    "INSERT INTO message VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const rows = database.prepare("SELECT sequence, bytes, sealed FROM message_1 ORDER BY sequence");
  rows.setReadBigInts(true);
  let unixMs = 0n;
  for (const { sequence, bytes, sealed } of rows.iterate()) {
    if (typeof sequence !== "bigint" || typeof bytes !== "bigint") continue;
    if (!(sealed instanceof Uint8Array)) continue;
    const message = unsealMessage(sealed, sequence, key.fernet);
    if (message !== undefined) unixMs = BigInt(message.sealedUnixSeconds) * 1000n;
    const id = message?.instance === undefined ? null : key.hashId(message.messageId);
    const { changes } = insert.run(sequence, unixMs, bytes, id, sealed);
    // Schema 1 took a message twice if it came in two sessions; the first one is the one to be known.
    if (Number(changes) === 0) insert.run(sequence, unixMs, bytes, null, sealed);
  }
}
