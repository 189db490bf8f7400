import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { KeptMessage } from "../../../src/history/history.ts";
import { MAX_DELETED_ROWS } from "../../../src/history/sqlite/batch_writer.ts";
import { MAX_READ_MESSAGES } from "../../../src/history/sqlite/message_memory.ts";
import { MAX_WAITING_MESSAGES } from "../../../src/history/sqlite/waiting_messages.ts";
import {
  describeNews,
  HistoryStage,
  keep,
  keepNumbers,
  numberedMessage,
  TALK_UNIX_MS,
  WIDE_LIMITS,
} from "../../support/sqlite_history_fixture.ts";

const decoder = new TextDecoder();

function payloadOf(message: KeptMessage | undefined): string | undefined {
  return message && decoder.decode(message.plaintext.slice(-message.payloadBytes));
}

Deno.test("SqliteHistory.append() keeps in a later turn, under rising numbers", async () => {
  await using stage = await HistoryStage.make();
  await using history = await stage.open();
  const tickets = [1, 2, 3].map((number) => history.append(numberedMessage(number)));
  assertEquals([history.newest, history.waiting, history.takeNews()], [0n, 3, []]);
  const news = await keep(history);
  assertEquals(news.map((it) => it.type === "kept" && it.ticket), tickets);
  assertEquals(describeNews(news), ["kept 1", "kept 2", "kept 3"]);
  assertEquals([history.newest, history.oldest, history.messages, history.waiting], [3n, 1n, 3, 0]);
  assertEquals(history.trouble, undefined);
});

Deno.test("SqliteHistory.append() copies the payload", async () => {
  await using stage = await HistoryStage.make();
  await using history = await stage.open();
  const payload = new TextEncoder().encode("hello");
  history.append(numberedMessage(1, { payload }));
  payload.fill(0);
  await keep(history);
  assertEquals(payloadOf(history.find(1n)), "hello");
});

Deno.test("SqliteHistory gives back after a restart what it has kept, all of it", async () => {
  await using stage = await HistoryStage.make();
  const messages = [
    numberedMessage(1),
    numberedMessage(2, { instance: undefined, payload: new Uint8Array() }),
    numberedMessage(3, { senderId: "bärbel 👋", clientSequence: 2n ** 64n - 1n }),
    numberedMessage(4, { payload: new Uint8Array(200_000).fill(7) }),
  ];
  const first = await stage.open();
  const news = await keep(first, ...messages);
  const kept = news.map((it) => it.type === "kept" ? it.message : undefined);
  const { seriesId, bytes } = first;
  await first[Symbol.asyncDispose]();
  await using second = await stage.open();
  assertEquals([1n, 2n, 3n, 4n].map((sequence) => second.find(sequence)), kept);
  assertEquals([second.newest, second.oldest, second.messages, second.bytes], [4n, 1n, 4, bytes]);
  assertEquals(second.seriesId, seriesId);
  assertEquals(describeNews(await keepNumbers(second, 5, 5)), ["kept 5"]);
});

Deno.test("SqliteHistory goes on with its numbers when nothing is left of them", async () => {
  await using stage = await HistoryStage.make();
  const limits = { ...WIDE_LIMITS, maxAgeMs: 1_000 };
  const first = await stage.open({ limits });
  await keepNumbers(first, 1, 3);
  await first[Symbol.asyncDispose]();
  for (const _ of [1, 2]) {
    await using history = await stage.open({ limits, now: () => TALK_UNIX_MS + 60_000 });
    assertEquals([history.newest, history.oldest, history.messages], [3n, 4n, 0]);
  }
  await using last = await stage.open({ limits });
  assertEquals(describeNews(await keepNumbers(last, 4, 4)), ["kept 4"]);
});

Deno.test("SqliteHistory knows a message again by its id", async (test) => {
  await using stage = await HistoryStage.make();
  const again = numberedMessage(1, { sessionId: "aa".repeat(8), clientSequence: 70n });
  await test.step("in the same transaction", async () => {
    await using history = await stage.open();
    const news = await keep(history, numberedMessage(1), again, numberedMessage(2));
    assertEquals(describeNews(news), ["kept 1", "duplicate 1", "kept 2"]);
  });
  await test.step("after a restart", async () => {
    await using history = await stage.open();
    assertEquals(history.sequenceOf(again.messageId), 1n);
    assertEquals(describeNews(await keep(history, again)), ["duplicate 1"]);
    assertEquals(history.newest, 2n);
  });
  await test.step("but not one whose sender names no instance", async () => {
    await using history = await stage.open();
    const nameless = numberedMessage(9, { instance: undefined });
    const news = await keep(history, nameless, nameless);
    assertEquals(describeNews(news), ["kept 3", "kept 4"]);
    assertEquals(history.sequenceOf(nameless.messageId), undefined);
  });
  await test.step("nor one that it has forgotten", async () => {
    await using history = await stage.open({ limits: { ...WIDE_LIMITS, maxMessages: 2 } });
    assertEquals(history.sequenceOf(again.messageId), undefined);
    assertEquals(describeNews(await keep(history, again)), ["kept 5"]);
  });
});

Deno.test("SqliteHistory forgets at once what is past its bounds", async (test) => {
  await using stage = await HistoryStage.make();
  await test.step("none", async () => {
    await using history = await stage.open();
    await keepNumbers(history, 10, 39);
    assertEquals([history.oldest, history.messages], [1n, 30]);
  });
  await test.step("on count, also made smaller at a start", async () => {
    await using history = await stage.open({ limits: { ...WIDE_LIMITS, maxMessages: 20 } });
    assertEquals([history.oldest, history.messages], [11n, 20]);
    assertEquals([history.find(10n), payloadOf(history.find(11n))], [undefined, "20"]);
    await keepNumbers(history, 40, 44);
    assertEquals([history.oldest, history.messages, history.newest], [16n, 20, 35n]);
  });
  await test.step("on bytes", async () => {
    await using all = await stage.open();
    const each = all.bytes / all.messages;
    await all[Symbol.asyncDispose]();
    await using history = await stage.open({ limits: { ...WIDE_LIMITS, maxBytes: 10 * each } });
    assertEquals([history.messages, history.oldest, history.bytes], [10, 26n, 10 * each]);
    await keepNumbers(history, 45, 45);
    assertEquals([history.messages, history.oldest], [10, 27n]);
  });
  await test.step("on age", async () => {
    const limits = { ...WIDE_LIMITS, maxAgeMs: 1_000 };
    await using history = await stage.open({ limits, now: () => TALK_UNIX_MS + 1_040 });
    assertEquals([history.oldest, payloadOf(history.find(history.oldest))], [31n, "40"]);
    history.expire(TALK_UNIX_MS + 1_042);
    assertEquals([history.oldest, history.messages], [33n, 4]);
  });
  await test.step("in the file as well", () => {
    const database = new DatabaseSync(stage.path);
    const rows = database.prepare("SELECT min(sequence) AS oldest FROM message").get();
    database.close();
    // What the last step forgot was still to be taken out when it ended.
    assertEquals(rows?.oldest, 31);
  });
});

Deno.test("SqliteHistory keeps one message longer than all it may hold, and forgets it", async () => {
  await using stage = await HistoryStage.make();
  const limits = { ...WIDE_LIMITS, maxBytes: 1_000 };
  const long = numberedMessage(2, { payload: new Uint8Array(2_000) });
  const history = await stage.open({ limits });
  assertEquals(describeNews(await keep(history, numberedMessage(1), long)), ["kept 1", "kept 2"]);
  assertEquals([history.oldest, history.messages, history.bytes], [3n, 0, 0]);
  assertEquals(describeNews(await keep(history, long)), ["kept 3"]);
  await history[Symbol.asyncDispose]();
  await using later = await stage.open({ limits });
  assertEquals([later.newest, later.oldest], [3n, 4n]);
});

Deno.test("SqliteHistory takes many forgotten messages out bit by bit", async () => {
  await using stage = await HistoryStage.make();
  const limits = { ...WIDE_LIMITS, maxAgeMs: 100_000 };
  await using history = await stage.open({ limits });
  const count = Number(MAX_DELETED_ROWS) + 100;
  await keepNumbers(history, 1, count);
  history.expire(TALK_UNIX_MS + 1_000_000);
  assertEquals(history.messages, 0);
  // The row of the first message is gone after one turn, that of the last one is still there.
  const [first, last] = [numberedMessage(1), numberedMessage(count)];
  assertEquals(history.sequenceOf(last.messageId), undefined);
  const news = await keep(history, last, first);
  assertEquals(describeNews(news), [`kept ${count + 1}`, `kept ${count + 2}`]);
  assertEquals(history.sequenceOf(last.messageId), BigInt(count + 1));
});

Deno.test("SqliteHistory.find() gives the same plaintext for as long as somebody has it", async () => {
  await using stage = await HistoryStage.make();
  const first = await stage.open();
  await keepNumbers(first, 1, 3_000);
  await first[Symbol.asyncDispose]();
  await using history = await stage.open();
  const message = history.find(1n);
  assert(message !== undefined);
  // More than are remembered of those read.
  for (let number = 2n; number <= 3_000n; number++) history.find(number);
  assertStrictEquals(history.find(1n)?.plaintext, message.plaintext);
});

Deno.test("SqliteHistory.firstSince() finds the first message that came at a time or later", async () => {
  await using stage = await HistoryStage.make();
  await using history = await stage.open();
  // Somebody sets the clock forward and back.
  const times = [100, 200, 900, 300, 400];
  const came = times.map((ms, at) => numberedMessage(at, { unixMs: TALK_UNIX_MS + ms }));
  await keep(history, ...came);
  const found = [0, 100, 101, 300, 900, 901].map((ms) => history.firstSince(TALK_UNIX_MS + ms));
  assertEquals(found, [1n, 1n, 2n, 3n, 3n, 6n]);
});

Deno.test("SqliteHistory.hasRoom ends at its bound", async () => {
  await using stage = await HistoryStage.make();
  await using history = await stage.open();
  for (let number = 1; number < MAX_WAITING_MESSAGES; number++) {
    history.append(numberedMessage(number));
  }
  assert(history.hasRoom);
  history.append(numberedMessage(MAX_WAITING_MESSAGES));
  assert(!history.hasRoom);
});

Deno.test("SqliteHistory.[Symbol.asyncDispose]() keeps what waits, and tells of it", async () => {
  await using stage = await HistoryStage.make();
  const history = await stage.open();
  let calls = 0;
  history.listen(() => calls++);
  for (let number = 1; number <= 2_000; number++) history.append(numberedMessage(number));
  await history[Symbol.asyncDispose]();
  await history[Symbol.asyncDispose]();
  assertEquals([calls, history.takeNews().length, history.hasRoom], [1, 2_000, false]);
  history.append(numberedMessage(2_001));
  history.expire(TALK_UNIX_MS * 2);
  assertEquals(payloadOf(history.find(2_000n)), "2000");
  assertEquals(history.sequenceOf("none"), undefined);
  await using later = await stage.open();
  assertEquals(later.newest, 2_000n);
});

Deno.test("SqliteHistory leaves its file and its key alone in the directory, for its owner", async () => {
  await using stage = await HistoryStage.make();
  const history = await stage.open();
  await keepNumbers(history, 1, 3);
  assertEquals(Object.keys(stage.files()), ["history.db", "history.db-wal", "history.key"]);
  const modes = Object.keys(stage.files())
    .map((name) => (Deno.statSync(`${stage.directory}/${name}`).mode ?? 0) & 0o777);
  assertEquals(modes, [0o600, 0o600, 0o600]);
  await history[Symbol.asyncDispose]();
  assertEquals(Object.keys(stage.files()), ["history.db", "history.key"]);
});

Deno.test("SqliteHistory shows nothing of a message in its file", async () => {
  await using stage = await HistoryStage.make();
  const history = await stage.open();
  const payload = new TextEncoder().encode("the wire is cut at noon");
  const message = numberedMessage(1, { payload, senderId: "mata-hari" });
  await keep(history, message);
  await history[Symbol.asyncDispose]();
  const text = new TextDecoder("latin1").decode(stage.files()["history.db"]);
  for (const secret of ["noon", "mata-hari", message.instance ?? "", message.sessionId]) {
    assert(!text.includes(secret), secret);
  }
});

Deno.test("SqliteHistory does not grow once it is full, and shrinks when it may hold less", async () => {
  await using stage = await HistoryStage.make();
  const limits = { ...WIDE_LIMITS, maxMessages: 500 };
  const payload = new Uint8Array(500);
  const sizes: number[] = [];
  for (let round = 0; round < 4; round++) {
    await using history = await stage.open({ limits });
    const numbers = Array.from({ length: 1_000 }, (_, at) => round * 1_000 + at);
    await keep(history, ...numbers.map((number) => numberedMessage(number, { payload })));
    await history[Symbol.asyncDispose]();
    sizes.push(Deno.statSync(stage.path).size);
  }
  assert(Math.max(...sizes) < 2 * 1_000 * 1_100, `${sizes}`);
  assert((sizes[3] ?? 0) <= (sizes[1] ?? 0) * 1.1, `${sizes}`);
  const smaller = await stage.open({ limits: { ...limits, maxMessages: 10 } });
  await smaller[Symbol.asyncDispose]();
  assert(Deno.statSync(stage.path).size < 100_000);
});

Deno.test("SqliteHistory.find() does not go to the disk for what somebody still has", async () => {
  await using stage = await HistoryStage.make();
  const count = MAX_READ_MESSAGES + 2;
  await using before = await stage.open();
  await keepNumbers(before, 1, count);
  await before[Symbol.asyncDispose]();
  await using history = await stage.open();
  const queued = history.find(1n);
  // More than are held of what was read: without a queue that has it, it would be read anew.
  for (let number = 2n; number <= BigInt(count); number++) history.find(number);
  await history[Symbol.asyncDispose]();
  assertEquals(history.find(1n), queued);
  assertStrictEquals(history.find(1n)?.plaintext, queued?.plaintext);
});
