import type { DatabaseSync } from "node:sqlite";
import { type EventLogger, silentLogger } from "../../observe/event_logger.ts";
import type { TlvTypes } from "../../wire/tlv_types.ts";
import type {
  HistoryLimits,
  HistoryNews,
  HistoryStore,
  KeptMessage,
  NewMessage,
} from "../history.ts";
import { BatchWriter } from "./batch_writer.ts";
import { CommitTurn } from "./commit_turn.ts";
import {
  type HistoryDatabase,
  type HistoryDatabaseOptions,
  openHistoryDatabase,
} from "./history_database.ts";
import type { MessageLedger } from "./message_ledger.ts";
import type { RunMark } from "./machine_run.ts";
import { MessageMemory } from "./message_memory.ts";
import { MessageReader } from "./message_reader.ts";
import { MessageTable } from "./message_table.ts";
import { readLedger } from "./read_ledger.ts";
import { historyFileErrorOf, isSqliteError, troubleOf } from "./sqlite_error.ts";
import { WaitingMessages } from "./waiting_messages.ts";

/** After how many failures the next attempt is no longer put off for a second more. */
const MAX_RETRY_SECONDS = 5;

/** What a `SqliteHistory` is opened by. */
export interface SqliteHistoryOptions extends HistoryDatabaseOptions {
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  /** The wall clock, Unix milliseconds; by default the machine's. */
  readonly now?: () => number;
  /** By default nothing is logged. */
  readonly logger?: EventLogger;
}

/**
 * A history in a file: what was said outlasts the relay, and so do its numbers.
 *
 * Messages are kept in the turn of the event loop after the one that they came in, all of them in one
 * transaction, and there is news of them then. When the file can't be written they wait, in order,
 * until it can.
 */
export class SqliteHistory implements HistoryStore {
  readonly kind = "sqlite";
  readonly seriesId: Uint8Array;
  readonly limits: HistoryLimits;
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #ledger: MessageLedger;
  readonly #memory: MessageMemory;
  readonly #reader: MessageReader;
  readonly #writer: BatchWriter;
  readonly #waiting = new WaitingMessages();
  readonly #turn = new CommitTurn(() => this.#keep());
  #news: HistoryNews[] = [];
  #onNews: () => void = () => {};
  #trouble: string | undefined;
  readonly #mark: RunMark;
  #isMarked = false;
  #failures = 0;
  #isOpen = true;

  /**
   * Opens the file, makes it if there is none, and takes out of it what is past the bounds.
   *
   * @throws {HistoryFileError} If it can't be used; see its `code`.
   * @throws {StateFileError} If the file of the key can't be read or written.
   */
  static async open(options: SqliteHistoryOptions): Promise<SqliteHistory> {
    const file = await openHistoryDatabase(options);
    try {
      const history = new SqliteHistory(file, options);
      history.#tidy(options.now ?? Date.now);
      return history;
    } catch (cause) {
      file.database.close();
      throw historyFileErrorOf(cause, options.path);
    }
  }

  private constructor(
    { database, key, seriesId, mark }: HistoryDatabase,
    { path, types, limits, logger = silentLogger }: SqliteHistoryOptions,
  ) {
    this.seriesId = seriesId;
    this.limits = limits;
    this.#path = path;
    this.#database = database;
    this.#mark = mark;
    const table = new MessageTable(database);
    const { ledger, firstRow } = readLedger(table, path);
    this.#ledger = ledger;
    this.#memory = new MessageMemory(ledger.newest);
    this.#reader = new MessageReader({ types, key, table, path, logger });
    this.#writer = new BatchWriter({ types, limits, key, table, ledger, firstRow });
  }

  get newest(): bigint {
    return this.#ledger.newest;
  }

  get oldest(): bigint {
    return this.#ledger.oldest;
  }

  get messages(): number {
    return this.#ledger.size;
  }

  get bytes(): number {
    return this.#ledger.bytes;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get hasRoom(): boolean {
    return this.#isOpen && this.#waiting.hasRoom;
  }

  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** How often a message should have been in the file and could not be read. */
  get unreadable(): number {
    return this.#reader.unreadable;
  }

  find(sequence: bigint): KeptMessage | undefined {
    if (sequence < this.oldest || sequence > this.newest) return undefined;
    const message = this.#memory.find(sequence) ?? this.#memory.recall(sequence);
    if (message !== undefined || !this.#isOpen) return message;
    const read = this.#reader.read(sequence);
    if (read !== undefined) this.#memory.addRead(read);
    return read;
  }

  sequenceOf(messageId: string): bigint | undefined {
    const sequence = this.#memory.sequenceOf(messageId);
    if (sequence !== undefined || !this.#isOpen) return sequence;
    const read = this.#reader.sequenceOf(messageId);
    // What is forgotten may still have to be taken out of the file.
    return read !== undefined && read >= this.oldest ? read : undefined;
  }

  firstSince(unixMs: number): bigint {
    return this.#ledger.firstSince(unixMs);
  }

  expire(nowUnixMs: number): void {
    const { maxAgeMs } = this.limits;
    if (maxAgeMs === undefined) return;
    this.#forgetBelow(this.#ledger.firstNotBefore(nowUnixMs - maxAgeMs));
    if (this.#writer.hasWaste && this.#isOpen) this.#turn.soon();
  }

  append(message: NewMessage): number {
    // In whole milliseconds, as they stand in the file.
    const ticket = this.#waiting.add({ ...message, unixMs: Math.floor(message.unixMs) });
    if (this.#isOpen) this.#turn.soon();
    return ticket;
  }

  takeNews(): HistoryNews[] {
    const news = this.#news;
    if (news.length > 0) this.#news = [];
    return news;
  }

  listen(onNews: () => void): void {
    this.#onNews = onNews;
  }

  caughtUp(): Promise<void> {
    // Nobody else writes the file.
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    this.#turn.cancel();
    this.#isOpen = false;
    while (this.waiting > 0 && this.#write());
    this.#clearMark();
    // Takes the log into the file; when the disk is full that is left to the next start.
    this.#database.close();
    if (this.#news.length > 0) this.#onNews();
    return Promise.resolve();
  }

  #clearMark(): void {
    try {
      this.#mark.clear();
    } catch (error) {
      // On a disk that is full. After a restart of the machine the series then begins anew, without need.
      if (!isSqliteError(error)) throw error;
    }
  }

  /** Writes what waits, as much as goes into one transaction, and sees to the rest. */
  #keep(): void {
    if (this.#write()) {
      if (this.waiting > 0 || this.#writer.hasWaste) this.#turn.soon();
    } else {
      this.#turn.after(Math.min(this.#failures, MAX_RETRY_SECONDS) * 1_000);
    }
    if (this.#news.length > 0) this.#onNews();
  }

  #setMark(): void {
    if (this.#isMarked) return;
    this.#mark.set();
    this.#isMarked = true;
  }

  /** @returns Whether it could. */
  #write(): boolean {
    const batch = this.#waiting.batch();
    try {
      if (batch.length > 0) this.#setMark();
      const { news, kept, oldest } = this.#writer.write(batch);
      this.#waiting.drop(batch.length);
      for (const message of kept) this.#add(message);
      this.#forgetBelow(oldest);
      this.#news.push(...news);
      this.#failures = 0;
      this.#setTrouble(undefined);
      return true;
    } catch (error) {
      if (!isSqliteError(error)) throw error;
      this.#failures++;
      this.#setTrouble(troubleOf(error, this.#path));
      return false;
    }
  }

  #add(message: KeptMessage): void {
    this.#ledger.add({ unixMs: message.unixMs, bytes: message.plaintext.byteLength });
    this.#memory.add(message);
  }

  #forgetBelow(sequence: bigint): void {
    if (sequence <= this.oldest) return;
    this.#ledger.forgetBelow(sequence);
    this.#memory.forgetBelow(sequence);
  }

  #setTrouble(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#news.push({ type: "trouble", trouble });
  }

  /** Takes out what is past the bounds, and gives back the room of it if that is much. */
  #tidy(now: () => number): void {
    // In memory first: on a full disk nothing can be taken out, but bounds are bounds.
    this.#forgetBelow(this.#ledger.oldestWithin(this.limits, []));
    this.expire(now());
    this.#turn.cancel();
    while (this.#write() && this.#writer.hasWaste);
    if (this.#trouble !== undefined) this.#turn.after(1_000);
    else shrink(this.#database);
  }
}

/** Not while the relay runs: pages that are free are used again, so the file does not grow. */
function shrink(database: DatabaseSync): void {
  const pages = database.prepare("PRAGMA page_count").get()?.page_count;
  const free = database.prepare("PRAGMA freelist_count").get()?.freelist_count;
  if (Number(free) * 4 < Number(pages)) return;
  try {
    // Not by `exec`, which takes one step of a statement alone: that is one page here.
    database.prepare("PRAGMA incremental_vacuum").all();
  } catch (error) {
    // On a full disk there is no room to make room. It can be done at another start.
    if (!isSqliteError(error)) throw error;
  }
}
