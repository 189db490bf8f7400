import { assertEquals } from "@std/assert";
import {
  appendLog,
  EMPTY_LOG,
  fieldsText,
  filterLog,
  type LogTail,
  MAX_LOG_ENTRIES,
  mergeLog,
  newDays,
} from "../../../src/dashboard/log/log_tail.ts";
import type { LogLine } from "../../../src/watch/feed_event.ts";

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

const SECONDS = ["00", "01", "02", "03"].map((second) => `2026-11-21T20:00:${second}.000Z`);

Deno.test("mergeLog() adds the server's lines that are new, and leaves all others as they are", () => {
  const [time0, time1, time2, time3] = SECONDS;
  const both = line("both", { time: time1 });
  const tail = tailOf(
    line("old", { time: time0 }),
    both,
    line("debug", { time: time2, level: "debug" }),
  );
  const merged = mergeLog(appendLog(tail, { missing: 3 }), [
    { ...both },
    line("new", { time: time3 }),
  ]);
  assertEquals(messages(merged), ["old", "both", "debug", 3, "new"]);
  assertEquals(merged.entries.map(({ serial }) => serial), [0, 1, 2, 3, 4]);
  assertEquals(merged.nextSerial, 5);
});

Deno.test("mergeLog() adds nothing when there is nothing new", () => {
  const tail = tailOf(line("a"), line("b"));
  assertEquals(mergeLog(tail, [line("a"), line("b")]), tail);
});

Deno.test("mergeLog() keeps what is older where the server remembers other lines", () => {
  const [time0, time1, time2, time3] = SECONDS;
  const tail = tailOf(line("old", { time: time0 }), line("of a clock ahead", { time: time3 }));
  const merged = mergeLog(tail, [line("x", { time: time1 }), line("y", { time: time2 })]);
  assertEquals(messages(merged), ["old", "x", "y"]);
  assertEquals(merged.entries.map(({ serial }) => serial), [0, 2, 3]);
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

Deno.test("newDays() gives a day where it begins", () => {
  const [first, second] = ["2026-11-21T20:00:00.000Z", "2026-11-22T20:00:00.000Z"];
  const lines = [first, first, second].map((time) => line("m", { time }));
  const { entries } = appendLog(tailOf(...lines), { missing: 1 });
  const days = newDays(entries, (time) => time.slice(0, 10));
  assertEquals(days, ["2026-11-21", undefined, "2026-11-22", undefined]);
});
