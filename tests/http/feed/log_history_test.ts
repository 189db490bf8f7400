import { assert, assertEquals } from "@std/assert";
import { LogHistory, MAX_LOG_LENGTH, MAX_LOG_LINES } from "../../../src/http/feed/log_history.ts";

Deno.test("LogHistory.toJson() gives the lines of a level and above, the oldest first", () => {
  const history = new LogHistory();
  history.add("INFO", '{"n":1}');
  history.add("ERROR", '{"n":2}');
  history.add("WARN", '{"n":3}');
  assertEquals(history.toJson("DEBUG"), '[{"n":1},{"n":2},{"n":3}]');
  assertEquals(history.toJson("WARN"), '[{"n":2},{"n":3}]');
  assertEquals(history.toJson("CRITICAL"), "[]");
  assertEquals(new LogHistory().toJson("DEBUG"), "[]");
});

Deno.test("LogHistory keeps so many lines, and one more makes it forget the oldest", () => {
  const history = new LogHistory();
  for (let line = 0; line < MAX_LOG_LINES; line++) history.add("INFO", String(line));
  assertEquals(history.size, MAX_LOG_LINES);
  assertEquals(JSON.parse(history.toJson("INFO"))[0], 0);
  history.add("INFO", "-1");
  const kept: number[] = JSON.parse(history.toJson("INFO"));
  assertEquals([kept.length, kept[0], kept.at(-1)], [MAX_LOG_LINES, 1, -1]);
});

Deno.test("LogHistory keeps lines up to a length, and one unit more makes it forget", () => {
  const history = new LogHistory();
  history.add("INFO", "1".repeat(MAX_LOG_LENGTH / 2));
  history.add("INFO", "2".repeat(MAX_LOG_LENGTH / 2));
  assertEquals(history.size, 2);
  history.add("INFO", "3");
  assertEquals(history.size, 2);
  assert(history.toJson("INFO").endsWith("2,3]"));
});
