import { assertEquals, assertMatch } from "@std/assert";
import { LogLevels, LogRecord } from "@std/log";

import type { LogFields } from "../../src/observe/event_logger.ts";
import {
  formatJson,
  formatText,
  MAX_VALUE_LENGTH,
  toLogJson,
} from "../../src/observe/log_format.ts";

function createRecord(
  level: keyof typeof LogLevels,
  msg: string,
  ...args: unknown[]
): LogRecord {
  return new LogRecord({ msg, args, level: LogLevels[level], loggerName: "default" });
}

function info(msg: string, fields?: LogFields): LogRecord {
  return createRecord("INFO", msg, fields);
}

/** A text line without its time, which no test can know. */
function textOf(record: LogRecord): string {
  return formatText(record).slice("2026-11-21T20:01:33.123Z ".length);
}

function jsonOf(record: LogRecord): Record<string, unknown> {
  const { time: _time, ...rest } = JSON.parse(formatJson(record));
  return rest;
}

Deno.test("formatText() writes time, level, message and fields", () => {
  const record = info("client registered", { id: "pump-3", address: "127.0.0.1:5000" });
  assertEquals(
    formatText(record),
    `${record.datetime.toISOString()} INFO  client registered id=pump-3 address=127.0.0.1:5000`,
  );
  assertMatch(formatText(record), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO {2}client/);
});

for (
  const { level, start } of [
    { level: "DEBUG" as const, start: "DEBUG x" },
    { level: "INFO" as const, start: "INFO  x" },
    { level: "WARN" as const, start: "WARN  x" },
    { level: "ERROR" as const, start: "ERROR x" },
    { level: "CRITICAL" as const, start: "CRITICAL x" },
  ]
) {
  Deno.test(`formatText() aligns the message behind ${level}`, () => {
    assertEquals(textOf(createRecord(level, "x")), start);
  });

  Deno.test(`formatText() colours nothing but ${level}`, () => {
    const record = createRecord(level, "x", { id: "y" });
    const colored = formatText(record, { color: true });
    assertMatch(colored, new RegExp(`Z \x1b\\[[\\d;]+m${level} *\x1b\\[0m x id=y$`));
    // deno-lint-ignore no-control-regex
    assertEquals(colored.replace(/\x1b\[[\d;]+m/g, ""), formatText(record));
  });
}

Deno.test("formatText() writes values of every kind", () => {
  const fields = { n: 1.5, big: 2n ** 63n, yes: true, none: null, gone: undefined, nan: NaN };
  assertEquals(
    textOf(info("x", fields)),
    "INFO  x n=1.5 big=9223372036854775808 yes=true none=null nan=NaN",
  );
});

Deno.test("formatText() quotes and escapes what a stranger sent", () => {
  const id = '" role=admin\n2026-11-21T20:01:33.123Z INFO  relay stopped \x1b[2J\u202e';
  assertEquals(
    textOf(info("client registered", { id, n: 1 })),
    'INFO  client registered id="\\" role=admin\\n2026-11-21T20:01:33.123Z INFO  relay stopped ' +
      '\\u001b[2J\\u202e" n=1',
  );
});

Deno.test("formatText() escapes the message, too", () => {
  assertEquals(textOf(info("a\nb\x1b[0m\u2028c")), "INFO  a\\u000ab\\u001b[0m\\u2028c");
});

Deno.test("formatText() takes anything out of a field's name that is not of a name", () => {
  assertEquals(
    textOf(info("x", { "a b=\n": 1, "drops.too-large": 2 })),
    "INFO  x a_b__=1 drops.too-large=2",
  );
});

Deno.test("formatJson() writes the same as JSON", () => {
  const record = info("client registered", { id: "pump-3", n: 1, ok: true, none: null });
  assertEquals(
    formatJson(record),
    `{"time":"${record.datetime.toISOString()}","level":"info","message":"client registered",` +
      `"id":"pump-3","n":1,"ok":true,"none":null}`,
  );
});

Deno.test("formatJson() writes as text what JSON has no number for", () => {
  assertEquals(jsonOf(info("x", { big: 2n ** 63n, nan: NaN, far: -Infinity, gone: undefined })), {
    level: "info",
    message: "x",
    big: "9223372036854775808",
    nan: "NaN",
    far: "-Infinity",
  });
});

Deno.test("formatJson() is one printable line whatever a stranger sent", () => {
  const id = '"}\n{"level":"error"}\x9b2J\u2028\u202e\u{e0041}';
  const line = formatJson(info("x\n", { id }));
  assertEquals(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line), false);
  assertEquals(JSON.parse(line).id, id);
  assertEquals(JSON.parse(line).message, "x\n");
});

Deno.test("formatJson() lets no field take the place of another part", () => {
  const fields = { type: "a", time: "b", level: "c", message: "d" };
  assertEquals(jsonOf(info("x", fields)), {
    level: "info",
    message: "x",
    type_: "a",
    time_: "b",
    level_: "c",
    message_: "d",
  });
});

Deno.test("toLogJson() makes a property of a field named __proto__", () => {
  const fields = JSON.parse('{"__proto__":"x"}');
  const json = toLogJson(info("y", fields));
  assertEquals(Object.getPrototypeOf(json), Object.prototype);
  assertEquals(Object.getOwnPropertyDescriptor(json, "__proto__")?.value, "x");
});

for (
  const { name, length, rest } of [
    { name: "keeps a value of the longest size", length: MAX_VALUE_LENGTH, rest: "" },
    { name: "cuts a value one longer", length: MAX_VALUE_LENGTH + 1, rest: "...1 more" },
    { name: "cuts a value far longer", length: 1 << 20, rest: `...${(1 << 20) - 1024} more` },
  ]
) {
  Deno.test(`toLogJson() ${name}`, () => {
    const kept = "x".repeat(Math.min(length, MAX_VALUE_LENGTH));
    assertEquals(toLogJson(info("m", { v: "x".repeat(length) }))["v"], kept + rest);
  });
}

Deno.test("toLogJson() leaves no half character where it cuts", () => {
  const text = "x".repeat(MAX_VALUE_LENGTH - 1) + "🚰";
  const cut = String(toLogJson(info("m", { v: text }))["v"]);
  assertEquals(cut.isWellFormed(), true);
});

for (
  const { name, argument } of [
    { name: "no argument", argument: undefined },
    { name: "null", argument: null },
    { name: "a text", argument: "text" },
    { name: "an empty object", argument: {} },
  ]
) {
  Deno.test(`formatText() takes ${name} for no fields`, () => {
    assertEquals(textOf(createRecord("INFO", "x", argument)), "INFO  x");
  });
}

Deno.test("formatText() does not look into values that are no LogValue", () => {
  const trap = { toString: () => "gotcha", toJSON: () => "gotcha" };
  assertEquals(
    textOf(createRecord("INFO", "x", { trap, list: [1], call: () => 1, symbol: Symbol("s") })),
    'INFO  x trap="[object Object]" list="[object Array]" call="[object Function]" ' +
      'symbol="[object Symbol]"',
  );
});
