import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { type ByteEdit, byteEdit, editBytes } from "./file_byte_edits.ts";

/** A value that somebody puts into a row: a number, bytes, or nothing. */
type CellValue = bigint | Uint8Array | null;

/** What happens to the file of a history while nobody has it open. */
export type HistoryDamage =
  | { readonly damage: "bytes"; readonly edit: ByteEdit }
  /** Of the header of the file or of a page, where most bytes mean something. */
  | { readonly damage: "page"; readonly page: number; readonly edit: ByteEdit }
  | {
    readonly damage: "cell";
    readonly column: string;
    readonly sequence: number;
    readonly value: CellValue;
  }
  | { readonly damage: "swap"; readonly one: number; readonly other: number }
  | { readonly damage: "copy"; readonly from: number; readonly sequence: bigint }
  | { readonly damage: "delete"; readonly sequence: number }
  | { readonly damage: "meta"; readonly name: string; readonly value: Uint8Array | null }
  | { readonly damage: "sql"; readonly sql: string }
  /** Something stands where SQLite looks for what a crash has left. */
  | { readonly damage: "beside"; readonly suffix: string; readonly bytes: Uint8Array };

/** Statements that break one promise of a history each. */
const STATEMENTS = [
  "PRAGMA user_version = 0",
  "PRAGMA user_version = 1",
  "PRAGMA user_version = 2",
  "PRAGMA user_version = 3",
  "PRAGMA application_id = 1",
  "PRAGMA auto_vacuum = FULL; VACUUM",
  "DROP INDEX message_id",
  "DROP TABLE message",
  "DELETE FROM message",
  "ALTER TABLE message RENAME COLUMN bytes TO octets",
  "ALTER TABLE message ADD COLUMN more TEXT",
  "DROP TABLE message; CREATE TABLE message (sequence INTEGER PRIMARY KEY, unix_ms, bytes, id, sealed)",
  "DROP TABLE message; CREATE VIEW message AS SELECT 1 sequence, 2 unix_ms, 3 bytes, 4 id, 5 sealed",
  "DROP TABLE meta; CREATE TABLE meta (name TEXT PRIMARY KEY, value)",
  "CREATE TRIGGER t AFTER INSERT ON message BEGIN DELETE FROM message; END",
  "CREATE TRIGGER t BEFORE DELETE ON message BEGIN SELECT RAISE(ABORT, 'no'); END",
  "UPDATE message SET unix_ms = -unix_ms",
  "UPDATE message SET bytes = -9223372036854775807",
  "UPDATE message SET bytes = 9223372036854775807",
  "UPDATE message SET id = NULL",
] as const;

const number = fc.nat({ max: 8 });
const hugeNumber = fc.constantFrom(
  -1n,
  0n,
  100n,
  2n ** 53n - 3n,
  2n ** 53n - 2n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  -(2n ** 63n),
);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.uint8Array({ minLength: 8, maxLength: 8 }),
  fc.constantFrom("0000000000000007", "001fffffffffffff", "7fffffffffffffff", "ffffffffffffffff")
    .map((hex) => Uint8Array.fromHex(hex)),
);

/** One thing that happens to the file of a history. */
export const historyDamage: fc.Arbitrary<HistoryDamage> = fc.oneof(
  fc.record({ damage: fc.constant("bytes" as const), edit: byteEdit }),
  fc.record({ damage: fc.constant("page" as const), page: fc.nat({ max: 12 }), edit: byteEdit }),
  fc.record({
    damage: fc.constant("cell" as const),
    column: fc.constantFrom("sequence", "unix_ms", "bytes", "id", "sealed"),
    sequence: number,
    value: fc.oneof(hugeNumber, bytes, fc.constant(null)),
  }),
  fc.record({ damage: fc.constant("swap" as const), one: number, other: number }),
  fc.record({
    damage: fc.constant("copy" as const),
    from: number,
    sequence: fc.oneof(hugeNumber, fc.nat({ max: 12 }).map(BigInt)),
  }),
  fc.record({ damage: fc.constant("delete" as const), sequence: number }),
  fc.record({
    damage: fc.constant("meta" as const),
    name: fc.constantFrom("newest", "series", "key_check", "machine_run", "other"),
    value: fc.oneof(bytes, fc.constant(null)),
  }),
  fc.record({ damage: fc.constant("sql" as const), sql: fc.constantFrom(...STATEMENTS) }),
  fc.record({
    damage: fc.constant("beside" as const),
    suffix: fc.constantFrom("-wal", "-shm", "-journal"),
    bytes: fc.uint8Array({ maxLength: 600 }),
  }),
);

const PAGE_BYTES = 4_096;
const HEADER_BYTES = 120;

/** Does damage to the file. What SQLite does not let anyone do is left out. */
export function doDamage(path: string, it: HistoryDamage): void {
  switch (it.damage) {
    case "bytes":
      return Deno.writeFileSync(path, editBytes(Deno.readFileSync(path), [it.edit]));
    case "page":
      return Deno.writeFileSync(path, editedPage(Deno.readFileSync(path), it.page, it.edit));
    case "beside":
      return Deno.writeFileSync(`${path}${it.suffix}`, it.bytes);
    default:
      return changeRows(path, (database) => doRowDamage(database, it));
  }
}

function editedPage(file: Uint8Array, page: number, edit: ByteEdit): Uint8Array {
  const start = (page * PAGE_BYTES) % Math.max(1, file.byteLength);
  const changed = editBytes(file.subarray(start, start + HEADER_BYTES), [edit]);
  const result = new Uint8Array(file);
  result.set(changed.subarray(0, file.byteLength - start), start);
  return result;
}

type RowDamage = Exclude<HistoryDamage, { damage: "bytes" | "page" | "beside" }>;

function doRowDamage(database: DatabaseSync, it: RowDamage): void {
  switch (it.damage) {
    case "cell": {
      const update = database.prepare(`UPDATE message SET ${it.column} = ? WHERE sequence = ?`);
      return void update.run(it.value, it.sequence);
    }
    case "swap": {
      const take = "(SELECT sealed FROM message WHERE sequence = ?1 + ?2 - m.sequence)";
      const swap = database.prepare(
        `UPDATE message AS m SET sealed = ${take} WHERE sequence IN (?1, ?2) AND ${take} NOT NULL`,
      );
      return void swap.run(it.one, it.other);
    }
    case "copy": {
      const copy = database.prepare(
        "INSERT INTO message SELECT ?2, unix_ms, bytes, NULL, sealed FROM message WHERE sequence = ?1",
      );
      return void copy.run(it.from, it.sequence);
    }
    case "delete":
      return void database.prepare("DELETE FROM message WHERE sequence = ?").run(it.sequence);
    case "meta":
      return changeMeta(database, it.name, it.value);
    case "sql":
      return database.exec(it.sql);
    default:
      return it satisfies never;
  }
}

function changeMeta(database: DatabaseSync, name: string, value: Uint8Array | null): void {
  if (value === null) return void database.prepare("DELETE FROM meta WHERE name = ?").run(name);
  database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)").run(name, value);
}

function changeRows(path: string, change: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path);
  try {
    change(database);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR")) {
      throw error;
    }
  } finally {
    database.close();
  }
}
