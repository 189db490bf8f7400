import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  foreignFileError,
  historyFileErrorOf,
  isSqliteError,
  troubleOf,
} from "../../../src/history/sqlite/sqlite_error.ts";
import { assertThrowsWithCode } from "../../support/assert_code.ts";

/** What SQLite says, made by SQLite itself where a test can bring it about. */
function errorOf(sql: string, options: { readOnly?: boolean } = {}): Error {
  const path = Deno.makeTempFileSync();
  const database = new DatabaseSync(path, options);
  try {
    database.exec(sql);
  } catch (error) {
    if (error instanceof Error) return error;
  } finally {
    database.close();
    Deno.removeSync(path);
  }
  throw new Error("Cannot test: it went well");
}

Deno.test("troubleOf() tells an operator what is the matter", () => {
  const readOnly = errorOf("CREATE TABLE t (a)", { readOnly: true });
  const fill =
    "PRAGMA max_page_count = 2; CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(99999))";
  assertEquals(troubleOf(readOnly, "/h.db"), "read-only: /h.db");
  assertEquals(troubleOf(errorOf(fill), "/h.db"), "disk full: /h.db");
  assertEquals(
    troubleOf(new Error("database disk image is malformed"), "/h.db"),
    "damaged: /h.db",
  );
  assertEquals(
    troubleOf(new Error("disk I/O error"), "/h.db"),
    "cannot write /h.db: disk I/O error",
  );
});

Deno.test("isSqliteError() tells errors of SQLite from mistakes of ours", () => {
  assertEquals(isSqliteError(errorOf("no sql")), true);
  assertEquals([new TypeError("x"), "x", undefined].map(isSqliteError), [false, false, false]);
});

Deno.test("historyFileErrorOf() says what to do", () => {
  const words = {
    "database is locked": "HISTORY_FILE_IN_USE",
    "file is not a database": "HISTORY_FILE_FOREIGN",
    "database disk image is malformed": "HISTORY_FILE_DAMAGED",
    "no such table: meta": "HISTORY_FILE_DAMAGED",
    "unable to open database file": "HISTORY_FILE_UNUSABLE",
  };
  for (const [message, code] of Object.entries(words)) {
    const error = assertThrowsWithCode(() => {
      throw historyFileErrorOf(new Error(message), "/h.db");
    }, code);
    assertStringIncludes(error.message, "Cannot use /h.db: ");
    assertEquals((error.cause as Error).message, message);
  }
});

Deno.test("historyFileErrorOf() leaves errors of ours as they are", () => {
  const error = foreignFileError("/h.db");
  assertStrictEquals(historyFileErrorOf(error, "/other.db"), error);
});

Deno.test("historyFileErrorOf() writes what stands in the file so that it can be printed", () => {
  const { message } = historyFileErrorOf(new Error("malformed database schema (\u001b)"), "/h.db");
  assertStringIncludes(message, "malformed database schema (\\u001b)");
  const odd = historyFileErrorOf(new Error("something else (\u001b)"), "/h.db").message;
  assertEquals(odd, "Cannot use /h.db: something else (\\u001b)");
});
