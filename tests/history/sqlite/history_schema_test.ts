import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fernet } from "../../../src/crypto/fernet.ts";
import { HistoryKey } from "../../../src/history/sqlite/history_key.ts";
import { migrate, SCHEMA_VERSION } from "../../../src/history/sqlite/history_schema.ts";
import { sealMessage } from "../../../src/history/sqlite/sealed_message.ts";
import {
  describeNews,
  HistoryStage,
  keep,
  numberedMessage,
} from "../../support/sqlite_history_fixture.ts";

const SERIES_ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

/** Makes a file of schema 1 with messages 3 to 7, of which 5 can't be read and 6 is 3 again. */
function makeFirstSchema(stage: HistoryStage): void {
  const text = Fernet.generateKey();
  Deno.writeTextFileSync(join(stage.directory, "history.key"), `${text}\n`);
  const key = new HistoryKey(text);
  const database = new DatabaseSync(stage.path);
  database.exec("BEGIN");
  migrate(database, 0, key, 1);
  const meta = database.prepare("INSERT INTO meta (name, value) VALUES (?, ?)");
  meta.run("series", SERIES_ID);
  meta.run("key_check", key.checkOf(SERIES_ID));
  const insert = database.prepare("INSERT INTO message (sequence, bytes, sealed) VALUES (?, ?, ?)");
  for (const sequence of [3n, 4n, 5n, 6n, 7n]) {
    const message = numberedMessage(sequence === 6n ? 3 : Number(sequence), {
      instance: sequence === 7n ? undefined : numberedMessage(1).instance,
    });
    const sealed = sealMessage(message, sequence, key.fernet);
    if (sequence === 5n) sealed[30] = 0;
    insert.run(sequence, 26, sealed);
  }
  database.exec("COMMIT");
  database.close();
}

Deno.test("migrate() brings a file of schema 1 to today's", async () => {
  await using stage = await HistoryStage.make();
  makeFirstSchema(stage);
  const before = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  await using history = await stage.open();
  assertEquals(history.seriesId, SERIES_ID);
  assertEquals([history.oldest, history.newest, history.bytes], [3n, 7n, 5 * 26]);
  const numbers = [3n, 4n, 5n, 6n, 7n].map((sequence) => history.find(sequence)?.clientSequence);
  assertEquals(numbers, [3n, 4n, undefined, 3n, 7n]);
  // The time of a message is that of its token.
  assertEquals(history.firstSince(before), 3n);
  assertEquals(history.firstSince(before + 3_600_000), 8n);
  // Its id is that of the first one that has it.
  assertEquals(history.sequenceOf(numberedMessage(3).messageId), 3n);
  const news = await keep(history, numberedMessage(4), numberedMessage(7), numberedMessage(8));
  assertEquals(describeNews(news), ["duplicate 4", "kept 8", "kept 9"]);
});

Deno.test("migrate() makes of an old file what it makes of a new one", async () => {
  await using stage = await HistoryStage.make();
  makeFirstSchema(stage);
  await using other = await HistoryStage.make();
  const schemas = [];
  for (
    const { path, open } of [stage, other].map((it) => ({
      path: it.path,
      open: () => it.open(),
    }))
  ) {
    const history = await open();
    await history[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    schemas.push(database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all());
    assertEquals(database.prepare("PRAGMA user_version").get()?.user_version, SCHEMA_VERSION);
    assertEquals(database.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
    database.close();
  }
  assertEquals(schemas[0], schemas[1]);
});
