import { assertEquals } from "@std/assert";
import { LogLevelNames, LogLevels, LogRecord } from "@std/log";

import {
  levelNameOf,
  levelOf,
  LOG_LEVEL_CHOICES,
  lowestLevel,
  parseLogLevel,
} from "../../src/observe/log_level.ts";

Deno.test("parseLogLevel() reads every choice in any case", () => {
  for (const choice of LOG_LEVEL_CHOICES) {
    assertEquals(parseLogLevel(choice)?.toLowerCase(), choice);
    assertEquals(parseLogLevel(choice.toUpperCase())?.toLowerCase(), choice);
  }
});

Deno.test("levelNameOf() agrees with parseLogLevel()", () => {
  for (const choice of LOG_LEVEL_CHOICES) assertEquals(levelNameOf(choice), parseLogLevel(choice));
});

for (const text of ["", "notset", "trace", "info ", "10", "constructor", "ınfo"]) {
  Deno.test(`parseLogLevel() refuses ${JSON.stringify(text)}`, () => {
    assertEquals(parseLogLevel(text), undefined);
  });
}

Deno.test("lowestLevel() finds the one that lets most through", () => {
  assertEquals(lowestLevel([]), "CRITICAL");
  assertEquals(lowestLevel(["ERROR", "DEBUG", "WARN"]), "DEBUG");
  assertEquals(lowestLevel(["CRITICAL"]), "CRITICAL");
});

Deno.test("levelOf() names the level of a record", () => {
  for (const name of LogLevelNames) {
    const level = LogLevels[name];
    assertEquals(levelOf(new LogRecord({ msg: "", args: [], level, loggerName: "" })), name);
  }
});
