import { assertEquals } from "@std/assert";
import {
  appendLog,
  EMPTY_LOG,
  fieldsText,
  filterLog,
  type LogTail,
  MAX_LOG_ENTRIES,
  mergeLog,
} from "../../src/dashboard/log_tail.ts";
import type { LogLine } from "../../src/watch/feed_event.ts";

function line(message: string, fields: Partial<LogLine> = {}): LogLine {
  return { time: "2026-11-21T20:00:00.000Z", level: "info", message, ...fields };
}

function tailOf(...lines: LogLine[]): LogTail {
  return lines.reduce((tail, next) => appendLog(tail, { line: next }), EMPTY_LOG);
}

function messages({ entries }: Pick<LogTail, "entries">) {
  return entries.map((entry) => "line" in entry ? entry.line.message : entry.missing);
}

Deno.test("appendLog() keeps the last entries, each with a number of its own", () => {
  const lines = Array.from({ length: MAX_LOG_ENTRIES + 1 }, (_, index) => line(`${index}`));
  const { entries } = tailOf(...lines);
  assertEquals([entries.length, entries[0]?.serial, entries.at(-1)?.serial], [1_000, 1, 1_000]);
});

Deno.test("mergeLog() takes the server's lines, and keeps what was before them", () => {
  const tail = tailOf(
    line("old", { time: "2026-11-21T20:00:00.000Z" }),
    line("both", { time: "2026-11-21T20:00:01.000Z" }),
  );
  const merged = mergeLog(appendLog(tail, { missing: 3 }), [
    line("both", { time: "2026-11-21T20:00:01.000Z" }),
    line("new", { time: "2026-11-21T20:00:02.000Z" }),
  ]);
  assertEquals(messages(merged), ["old", "both", "new"]);
  assertEquals(merged.entries.map(({ serial }) => serial), [0, 3, 4]);
  assertEquals(merged.nextSerial, 5);
});

Deno.test("mergeLog() keeps all when the server remembers nothing, and no more than its bound", () => {
  assertEquals(messages(mergeLog(tailOf(line("a")), [])), ["a"]);
  const many = Array.from({ length: MAX_LOG_ENTRIES + 9 }, () => line("b"));
  assertEquals(mergeLog(EMPTY_LOG, many).entries.length, MAX_LOG_ENTRIES);
});

Deno.test("filterLog() picks by level; one that nobody knows is always shown", () => {
  const levels = ["debug", "info", "warn", "error", "critical", "strange"];
  const tail = tailOf(...levels.map((level) => line(level, { level })));
  const shown = (level: "debug" | "warn" | "critical") =>
    messages({ entries: filterLog(tail.entries, level, "") });
  assertEquals(shown("debug"), levels);
  assertEquals(shown("warn"), ["warn", "error", "critical", "strange"]);
  assertEquals(shown("critical"), ["critical", "strange"]);
});

Deno.test("filterLog() looks into message, level and fields, in any case", () => {
  const tail = tailOf(line("client registered", { id: "Pump-3" }), line("relay started"));
  const found = (text: string) => messages({ entries: filterLog(tail.entries, "info", text) });
  assertEquals(found(" pump-3 "), ["client registered"]);
  assertEquals(found("ID=PUMP"), ["client registered"]);
  assertEquals(found("INFO"), ["client registered", "relay started"]);
  assertEquals(found("nothing"), []);
});

Deno.test("filterLog() shows where lines are missing, unless a text is looked for", () => {
  const { entries } = appendLog(tailOf(line("a")), { missing: 7 });
  assertEquals(messages({ entries: filterLog(entries, "critical", "") }), [7]);
  assertEquals(messages({ entries: filterLog(entries, "info", "a") }), ["a"]);
});

Deno.test("fieldsText() writes fields so that none looks like another", () => {
  const text = fieldsText(line("m", { id: "a b=c", bidi: "x\u202Ey", count: 3, none: null }));
  assertEquals(text, 'id="a b=c" bidi="x\\u202ey" count=3 none=null');
});
