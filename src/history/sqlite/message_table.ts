import type { DatabaseSync, StatementSync } from "node:sqlite";
import { decodeU64, encodeU64 } from "../../wire/u64.ts";

/** A message as it stands in the file. */
export interface MessageRow {
  /** Its RELAY_SEQUENCE. */
  readonly sequence: bigint;
  /** When it came, Unix milliseconds. */
  readonly unixMs: number;
  /** Length of its plaintext, bytes. */
  readonly bytes: number;
  /** Hash of its id; `undefined` when its sender names no instance. */
  readonly id: Uint8Array | undefined;
  /** What `sealMessage` made of it. */
  readonly sealed: Uint8Array;
}

/** What of a message can be told without opening it. */
export type MessageFigures = Pick<MessageRow, "sequence" | "unixMs" | "bytes">;

/** Rows that are taken into memory at once. */
const SCANNED_ROWS = 4_096;

/**
 * The messages in a file: the statements, each prepared once. All methods raise what SQLite raises.
 */
export class MessageTable {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #insert: StatementSync;
  readonly #read: StatementSync;
  readonly #scan: StatementSync;
  readonly #sequenceOf: StatementSync;
  readonly #delete: StatementSync;
  readonly #deleteBelow: StatementSync;
  readonly #meta: StatementSync;
  readonly #setMeta: StatementSync;
  readonly #database: DatabaseSync;

  /** @param database A file of today's schema. */
  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => {
      const statement = database.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    this.#database = database;
    this.#begin = prepare("BEGIN IMMEDIATE");
    this.#commit = prepare("COMMIT");
    this.#insert = prepare(
      "INSERT INTO message (sequence, unix_ms, bytes, id, sealed) VALUES (?, ?, ?, ?, ?)" +
        " ON CONFLICT (id) WHERE id IS NOT NULL DO NOTHING",
    );
    this.#read = prepare("SELECT unix_ms, sealed FROM message WHERE sequence = ?");
    this.#scan = prepare(
      "SELECT sequence, unix_ms, bytes FROM message WHERE sequence > ? ORDER BY sequence LIMIT ?",
    );
    this.#sequenceOf = prepare("SELECT sequence FROM message WHERE id = ?");
    this.#delete = prepare("DELETE FROM message WHERE sequence = ?");
    this.#deleteBelow = prepare("DELETE FROM message WHERE sequence < ?");
    this.#meta = prepare("SELECT value FROM meta WHERE name = 'newest'");
    this.#setMeta = prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('newest', ?)");
  }

  /**
   * Does something wholly or not at all.
   *
   * @param action What; nothing of it is left in the file if it throws, or if that can't be written.
   */
  transact<T>(action: () => T): T {
    this.#begin.run();
    try {
      const result = action();
      this.#commit.run();
      return result;
    } catch (error) {
      // After some errors, a full disk among them, SQLite has rolled back by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Adds a message. @returns Whether it did: not when one of the same id is there. */
  insert({ sequence, unixMs, bytes, id, sealed }: MessageRow): boolean {
    const { changes } = this.#insert.run(sequence, BigInt(unixMs), bytes, id ?? null, sealed);
    return Number(changes) === 1;
  }

  /** The message with a number: when it came, and what it is sealed in. */
  read(sequence: bigint): Pick<MessageRow, "unixMs" | "sealed"> | undefined {
    const row = this.#read.get(sequence);
    return row?.sealed instanceof Uint8Array
      ? { unixMs: Number(row.unix_ms), sealed: row.sealed }
      : undefined;
  }

  /** The number of the message with the hash of an id. */
  sequenceOf(id: Uint8Array): bigint | undefined {
    const sequence = this.#sequenceOf.get(id)?.sequence;
    return typeof sequence === "bigint" ? sequence : undefined;
  }

  /** Takes a message out. */
  delete(sequence: bigint): void {
    this.#delete.run(sequence);
  }

  /** Takes all out that have a number below one. */
  deleteBelow(sequence: bigint): void {
    this.#deleteBelow.run(sequence);
  }

  /** All messages, in order. */
  *figures(): Generator<MessageFigures> {
    let last = 0n;
    for (;;) {
      const rows = this.#scan.all(last, SCANNED_ROWS);
      for (const row of rows) {
        if (typeof row.sequence === "bigint") last = row.sequence;
        yield { sequence: last, unixMs: Number(row.unix_ms), bytes: Number(row.bytes) };
      }
      if (rows.length < SCANNED_ROWS) return;
    }
  }

  /** The number that was the newest when the last message was taken out; 0 if none ever was. */
  readNewest(): bigint {
    const value = this.#meta.get()?.value;
    return value instanceof Uint8Array ? decodeU64(value) ?? 0n : 0n;
  }

  /** Takes note of the newest number, for the time when no message has it any more. */
  writeNewest(sequence: bigint): void {
    this.#setMeta.run(encodeU64(sequence));
  }
}
