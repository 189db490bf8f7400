import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { HistoryNews } from "../../../src/history/history.ts";
import type { SqliteHistory } from "../../../src/history/sqlite/sqlite_history.ts";
import {
  describeNews,
  HistoryStage,
  keepNumbers,
  nextNews,
  numberedMessage,
  WIDE_LIMITS,
} from "../../support/sqlite_history_fixture.ts";
import { mountSmallDisk } from "../../support/sqlite_small_disk.ts";
import { rootTest } from "../../support/test_as_root.ts";

const payload = new Uint8Array(2_000).fill(7);

function assertSoundFile(path: string): void {
  const database = new DatabaseSync(path);
  // As on a full disk there is no room for what several readers would share.
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  assertEquals(database.prepare("PRAGMA integrity_check").get()?.integrity_check, "ok");
  database.close();
}

/** Has messages kept until there is no room for the next one. @returns The news, up to the trouble. */
async function keepUntilTrouble(history: SqliteHistory): Promise<HistoryNews[]> {
  const news: HistoryNews[] = [];
  while (history.trouble === undefined) {
    const number = Number(history.newest) + 1;
    history.append(numberedMessage(number, { payload }));
    history.append(numberedMessage(number + 1, { payload }));
    news.push(...await nextNews(history));
  }
  return news;
}

rootTest("SqliteHistory waits while the disk is full, and loses nothing", async () => {
  await using disk = await mountSmallDisk(1_024);
  await using stage = await HistoryStage.make();
  const path = `${disk.path}/history.db`;
  const history = await stage.open({ path });
  const news = await keepUntilTrouble(history);
  assertEquals(describeNews(news).at(-1), `trouble disk full: ${path}`);
  const newest = history.newest;
  assert(newest > 50n);
  assertEquals(history.waiting, 2);
  history.append(numberedMessage(Number(newest) + 3, { payload }));
  for (let sequence = 1n; sequence <= newest; sequence++) {
    assertEquals(history.find(sequence)?.clientSequence, sequence);
  }

  await history[Symbol.asyncDispose]();
  assertEquals(history.takeNews(), []);
  await using reopened = await stage.open({ path });
  assertEquals([reopened.newest, reopened.trouble], [newest, undefined]);
  assertEquals((await keepUntilTrouble(reopened)).filter(({ type }) => type === "kept"), []);
  await reopened[Symbol.asyncDispose]();
  assertSoundFile(path);
});

rootTest("SqliteHistory goes on by itself when there is room again", async () => {
  await using disk = await mountSmallDisk(1_024);
  await using stage = await HistoryStage.make();
  const path = `${disk.path}/history.db`;
  await using history = await stage.open({ path });
  await keepNumbers(history, 1, 10);
  await disk.fill();
  await keepUntilTrouble(history);
  const [newest, waiting] = [history.newest, history.waiting];
  await disk.clear();
  const news = await nextNews(history);
  const kept = Array.from({ length: waiting }, (_, at) => `kept ${newest + BigInt(at) + 1n}`);
  assertEquals(describeNews(news), [...kept, "trouble undefined"]);
  assertEquals([history.trouble, history.waiting], [undefined, 0]);
  await history[Symbol.asyncDispose]();
  assertSoundFile(path);
});

rootTest(
  "SqliteHistory.open() keeps to its bounds on a full disk, and tidies up later",
  async () => {
    await using disk = await mountSmallDisk(1_024);
    await using stage = await HistoryStage.make();
    const path = `${disk.path}/history.db`;
    const first = await stage.open({ path });
    await keepNumbers(first, 1, 1_000);
    await first[Symbol.asyncDispose]();
    await disk.fill();
    await using history = await stage.open({ path, limits: { ...WIDE_LIMITS, maxMessages: 10 } });
    assertEquals([history.oldest, history.newest, history.messages], [991n, 1_000n, 10]);
    assertEquals(describeNews(history.takeNews()), [`trouble disk full: ${path}`]);
    assertEquals(history.sequenceOf(numberedMessage(990).messageId), undefined);
    await disk.clear();
    assertEquals(describeNews(await nextNews(history)), ["trouble undefined"]);
    await history[Symbol.asyncDispose]();
    const database = new DatabaseSync(path);
    assertEquals(database.prepare("SELECT count(*) AS rows FROM message").get()?.rows, 10);
    database.close();
  },
);

rootTest("SqliteHistory.open() on a full disk says so when there is no history yet", async () => {
  await using disk = await mountSmallDisk(64);
  await using stage = await HistoryStage.make();
  await disk.fill();
  const error = await stage.open({ path: `${disk.path}/history.db` }).catch((cause) => cause);
  assertEquals(error.code, "HISTORY_FILE_UNUSABLE");
  assertStringIncludes(error.message, "full");
  await disk.clear();
  await using history = await stage.open({ path: `${disk.path}/history.db` });
  assertEquals(history.newest, 0n);
});

Deno.test("SqliteHistory passes over a message that can't be read, and says so once", async () => {
  await using stage = await HistoryStage.make();
  const first = await stage.open();
  await keepNumbers(first, 1, 5);
  await first[Symbol.asyncDispose]();
  const database = new DatabaseSync(stage.path);
  // What was said under 3 stands under 2, as if somebody had said it twice; 4 is damaged.
  database.exec(
    "UPDATE message SET sealed = (SELECT sealed FROM message WHERE sequence = 3)" +
      " WHERE sequence = 2;",
  );
  database.exec("UPDATE message SET sealed = x'00ff' WHERE sequence = 4");
  database.close();
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const logger = { debug: log, info: log, warn: log, error: log };
  await using history = await stage.open({ logger });
  const numbers = [1n, 2n, 3n, 4n, 5n].map((it) => history.find(it)?.clientSequence);
  assertEquals(numbers, [1n, undefined, 3n, undefined, 5n]);
  assertEquals([history.messages, history.unreadable], [5, 2]);
  assertEquals(logged, ["kept message is unreadable"]);
});

Deno.test("SqliteHistory begins behind a gap that somebody made", async () => {
  await using stage = await HistoryStage.make();
  const first = await stage.open();
  await keepNumbers(first, 1, 9);
  await first[Symbol.asyncDispose]();
  const database = new DatabaseSync(stage.path);
  database.exec("DELETE FROM message WHERE sequence IN (2, 6)");
  database.close();
  await using history = await stage.open();
  assertEquals([history.oldest, history.newest, history.messages], [7n, 9n, 3]);
  assertEquals(history.find(5n), undefined);
});
