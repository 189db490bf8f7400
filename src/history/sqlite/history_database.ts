import { statSync } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { constantTimeEqual } from "../../crypto/constant_time.ts";
import { HistoryFileError } from "./history_file_error.ts";
import type { HistoryKey } from "./history_key.ts";
import { HistoryKeyFile } from "./history_key_file.ts";
import { APPLICATION_ID, migrate, SCHEMA_VERSION } from "./history_schema.ts";
import { readMachineRun, RunMark } from "./machine_run.ts";
import { damagedFileError, foreignFileError, historyFileErrorOf } from "./sqlite_error.ts";

/** Bytes of SERIES_ID. */
const SERIES_ID_BYTES = 8;

/**
 * Pages that are kept in memory, KiB: those of the index of 100,000 message ids, which are written to in
 * no order, and some more.
 */
const CACHE_KIB = 16 * 1024;

/** How long the log beside the file stays after a burst, bytes. */
const MAX_IDLE_WAL_BYTES = 8 * 1024 * 1024;

/**
 * The transaction in which a file is made. That pages can be given back has to be said before anything
 * else; to the file of another program it would be a change.
 */
const BEGIN_NEW = "BEGIN; PRAGMA auto_vacuum = INCREMENTAL";

/** What a history is opened by. */
export interface HistoryDatabaseOptions {
  /** The file; made, with its directory, when missing. */
  readonly path: string;
  /** The state directory, in which its key is. */
  readonly keyDirectory: string;
  /** Names this run of the machine; by default as the system does. */
  readonly machineRun?: string;
}

/** A file that is open, and nobody else's. */
export interface HistoryDatabase {
  readonly database: DatabaseSync;
  /** What it is sealed under. */
  readonly key: HistoryKey;
  /** Names the series in it, 8 bytes. */
  readonly seriesId: Uint8Array;
  /** To be set before messages are added, and cleared at the end. */
  readonly mark: RunMark;
}

/**
 * Opens the file of a history, and brings it to today's schema.
 *
 * Nothing is written before all of it has been looked at: the file of another program, of a later
 * version or of another key stays as it is.
 *
 * @throws {HistoryFileError} If it can't be used; see its `code`.
 * @throws {StateFileError} If the file of the key can't be read or written.
 */
export async function openHistoryDatabase(
  { path, keyDirectory, machineRun }: HistoryDatabaseOptions,
): Promise<HistoryDatabase> {
  const keyFile = new HistoryKeyFile(keyDirectory);
  const stored = await keyFile.read();
  await createFile(path);
  const database = await openAlone(path);
  try {
    const mark = new RunMark(database, machineRun ?? await readMachineRun());
    const isNew = isEmpty(path);
    if (!isNew) assertSound(database, path);
    const key = stored ?? (isNew ? await keyFile.make() : undefined);
    if (key === undefined) throw keyMissingError(path, keyFile.path);
    const seriesId = isNew
      ? createHistory(database, key)
      : openHistory(database, { path, key, keyPath: keyFile.path, mark });
    configure(database);
    return { database, key, seriesId, mark };
  } catch (cause) {
    database.close();
    throw historyFileErrorOf(cause, path);
  }
}

/** An empty one will do for SQLite, which itself would let everybody read it. */
async function createFile(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, "wx", 0o600);
    await file.close();
  } catch (cause) {
    // One that is there is not opened: to close it would let go of the locks that this process has on it.
    if (cause instanceof Error && "code" in cause && cause.code === "EEXIST") return;
    throw historyFileErrorOf(cause, path);
  }
}

function openAlone(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // Held until the end: two relays that number messages in one file would spoil each other's series.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    database.exec(isEmpty(path) ? BEGIN_NEW : "BEGIN EXCLUSIVE");
    return database;
  } catch (cause) {
    database?.close();
    throw historyFileErrorOf(cause, path);
  }
}

function isEmpty(path: string): boolean {
  return statSync(path).size === 0;
}

function assertSound(database: DatabaseSync, path: string): void {
  if (numberOf(database, "application_id") !== APPLICATION_ID) throw foreignFileError(path);
  const version = numberOf(database, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new HistoryFileError(
      "HISTORY_FILE_LATER",
      `Cannot use ${path}: it is of schema ${version}, and this hushcast knows ${SCHEMA_VERSION}` +
        " at most; use a later hushcast, or name another file",
    );
  }
  if (version < 1) throw damagedFileError(path, "it has no schema");
  // All of it is read once: what is found now can still be mended, before anything is built upon it.
  const found = database.prepare("PRAGMA quick_check(1)").get()?.quick_check;
  if (found !== "ok") throw damagedFileError(path, `${found}`.replaceAll(/\s+/g, " "));
}

/** In one transaction, so that a crash leaves an empty file or a whole one. */
function createHistory(database: DatabaseSync, key: HistoryKey): Uint8Array {
  migrate(database, 0, key);
  const seriesId = beginSeries(database, key);
  database.exec("COMMIT");
  return seriesId;
}

function beginSeries(database: DatabaseSync, key: HistoryKey): Uint8Array {
  const seriesId = crypto.getRandomValues(new Uint8Array(SERIES_ID_BYTES));
  const insert = database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)");
  insert.run("series", seriesId);
  insert.run("key_check", key.checkOf(seriesId));
  return seriesId;
}

interface KeyInUse {
  readonly path: string;
  readonly key: HistoryKey;
  readonly keyPath: string;
  readonly mark: RunMark;
}

function openHistory(database: DatabaseSync, { path, key, keyPath, mark }: KeyInUse): Uint8Array {
  const seriesId = metaOf(database, "series");
  const check = metaOf(database, "key_check");
  if (seriesId?.byteLength !== SERIES_ID_BYTES || check === undefined) {
    throw damagedFileError(path, "it names no series");
  }
  if (!constantTimeEqual(check, key.checkOf(seriesId))) {
    throw new HistoryFileError(
      "HISTORY_FILE_OTHER_KEY",
      `Cannot use ${path}: ${keyPath} is not the key that it was sealed under; restore that one,` +
        " or move the history away to begin anew",
    );
  }
  const version = numberOf(database, "user_version");
  if (version < SCHEMA_VERSION) migrate(database, version, key);
  const current = mark.isOfEarlierRun ? beginSeries(database, key) : seriesId;
  if (mark.isOfEarlierRun) mark.set();
  database.exec("COMMIT");
  return current;
}

function configure(database: DatabaseSync): void {
  database.exec("PRAGMA journal_mode = WAL");
  // A process that is killed loses nothing that was committed, since the system has it by then. When
  // the power fails, the transactions of the last moments may be gone, but the file is sound. FULL
  // would wait for the disk at each of them, and the relay with it.
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  database.exec("PRAGMA secure_delete = FAST");
  database.exec("PRAGMA cell_size_check = ON");
  database.exec(`PRAGMA journal_size_limit = ${MAX_IDLE_WAL_BYTES}`);
}

function keyMissingError(path: string, keyPath: string): HistoryFileError {
  return new HistoryFileError(
    "HISTORY_KEY_MISSING",
    `Cannot use ${path}: the key that it was sealed under, ${keyPath}, is missing; restore it,` +
      " or move the history away to begin anew",
  );
}

function numberOf(database: DatabaseSync, pragma: string): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function metaOf(database: DatabaseSync, name: string): Uint8Array | undefined {
  const value = database.prepare("SELECT value FROM meta WHERE name = ?").get(name)?.value;
  return value instanceof Uint8Array ? value : undefined;
}
