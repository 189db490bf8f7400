import { assertEquals, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import {
  BaseHandler,
  ConsoleHandler,
  critical,
  debug,
  error,
  formatters,
  getLevelByName,
  getLevelName,
  getLogger,
  info,
  type LevelName,
  Logger,
  LogLevelNames,
  LogLevels,
  LogRecord,
  setup,
  warn,
} from "@std/log";

/** Keeps what it is given, and tells of its life. */
class MemoryHandler extends BaseHandler {
  readonly texts: string[] = [];
  readonly records: LogRecord[] = [];
  readonly life: string[] = [];

  override handle(record: LogRecord): void {
    this.records.push(record);
    super.handle(record);
  }

  override log(text: string): void {
    this.texts.push(text);
  }

  override setup(): void {
    this.life.push("setup");
  }

  override destroy(): void {
    this.life.push("destroy");
  }
}

function createLogger(level: LevelName, ...handlers: BaseHandler[]): Logger {
  return new Logger("test", level, { handlers });
}

function record(level: keyof typeof LogLevels, msg: string, ...args: unknown[]): LogRecord {
  return new LogRecord({ msg, args, level: LogLevels[level], loggerName: "test" });
}

Deno.test("getLevelByName() and getLevelName() are each other's inverse", () => {
  assertEquals(LogLevelNames, ["NOTSET", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"]);
  for (const name of LogLevelNames) assertEquals(getLevelName(getLevelByName(name)), name);
  assertEquals(LogLevelNames.map(getLevelByName), [0, 10, 20, 30, 40, 50]);
});

Deno.test("LogRecord hands out copies of its arguments and time", () => {
  const made = record("INFO", "hello", 1, "two");
  made.args.push("three");
  made.datetime.setTime(0);
  assertEquals(made.args, [1, "two"]);
  assertEquals(made.datetime.getTime() > 0, true);
  assertEquals([made.msg, made.level, made.levelName, made.loggerName], [
    "hello",
    20,
    "INFO",
    "test",
  ]);
});

Deno.test("BaseHandler writes level and message unless told otherwise", () => {
  const handler = new MemoryHandler("INFO");
  handler.handle(record("INFO", "hello"));
  handler.handle(record("CRITICAL", "bye"));
  assertEquals(handler.texts, ["INFO hello", "CRITICAL bye"]);
});

Deno.test("BaseHandler writes with its formatter", () => {
  const handler = new MemoryHandler("INFO", {
    formatter: ({ loggerName, msg, args }) => `${loggerName}: ${msg} ${args.join()}`,
  });
  handler.handle(record("INFO", "hello", 1, 2));
  assertEquals(handler.texts, ["test: hello 1,2"]);
});

Deno.test("BaseHandler leaves out what is below its level", () => {
  const handler = new MemoryHandler("WARN");
  for (const name of LogLevelNames) handler.handle(record(name, "x"));
  handler.level = LogLevels.ERROR;
  assertEquals(handler.levelName, "ERROR");
  handler.handle(record("WARN", "x"));
  handler.levelName = "DEBUG";
  assertEquals(handler.level, LogLevels.DEBUG);
  handler.handle(record("DEBUG", "x"));
  assertEquals(handler.texts, ["WARN x", "ERROR x", "CRITICAL x", "DEBUG x"]);
});

Deno.test("BaseHandler is destroyed when it is disposed of", () => {
  const handler = new MemoryHandler("INFO");
  handler[Symbol.dispose]();
  assertEquals(handler.life, ["destroy"]);
});

for (const level of LogLevelNames) {
  Deno.test(`Logger at level ${level} passes that level and above`, () => {
    const handler = new MemoryHandler("NOTSET");
    const logger = createLogger(level, handler);
    logger.debug("x");
    logger.info("x");
    logger.warn("x");
    logger.error("x");
    logger.critical("x");
    assertEquals(
      handler.records.map((each) => each.levelName),
      LogLevelNames.filter((name) => name !== "NOTSET" && LogLevels[name] >= LogLevels[level]),
    );
  });
}

Deno.test("Logger changes its level", () => {
  const handler = new MemoryHandler("NOTSET");
  const logger = createLogger("ERROR", handler);
  logger.level = LogLevels.INFO;
  assertEquals(logger.levelName, "INFO");
  logger.info("a");
  logger.levelName = "CRITICAL";
  assertEquals(logger.level, LogLevels.CRITICAL);
  logger.error("b");
  assertEquals(handler.texts, ["INFO a"]);
  assertEquals(logger.loggerName, "test");
});

Deno.test("Logger leaves it to each handler what to write", () => {
  const all = new MemoryHandler("DEBUG");
  const few = new MemoryHandler("ERROR");
  const logger = createLogger("DEBUG", all, few);
  logger.debug("a");
  logger.error("b");
  assertEquals([all.texts, few.texts], [["DEBUG a", "ERROR b"], ["ERROR b"]]);
});

Deno.test("Logger reads nothing into a message", () => {
  const handler = new MemoryHandler("DEBUG");
  const message = "{name} {{x}} %s \\u0041 {*} {constructor}\n";
  createLogger("DEBUG", handler).info(message, { name: "Mallory", x: 1 });
  assertEquals(handler.records[0]?.msg, message);
  assertEquals(handler.records[0]?.args, [{ name: "Mallory", x: 1 }]);
});

Deno.test("Logger hands its arguments on as they are", () => {
  const handler = new MemoryHandler("DEBUG");
  const fields = {
    get lazy(): never {
      throw new Error("nobody asked");
    },
  };
  createLogger("DEBUG", handler).info("x", fields, 2);
  assertStrictEquals(handler.records[0]?.args[0], fields);
  assertEquals(handler.records[0]?.args[1], 2);
});

Deno.test("Logger returns the message, logged or not", () => {
  const logger = createLogger("INFO", new MemoryHandler("DEBUG"));
  const text: string = logger.info("a");
  const count: number = logger.debug(5);
  assertEquals([text, count], ["a", 5]);
});

Deno.test("Logger calls a message function only if its level is logged", () => {
  const handler = new MemoryHandler("DEBUG");
  const logger = createLogger("INFO", handler);
  let calls = 0;
  const message = () => `call ${++calls}`;
  assertEquals(logger.debug(message), undefined);
  assertEquals(calls, 0);
  assertEquals(logger.info(message), "call 1");
  assertEquals(handler.texts, ["INFO call 1"]);
});

const messages: { name: string; value: unknown; text: string }[] = [
  { name: "a number", value: 5, text: "5" },
  { name: "a bigint", value: 5n, text: "5" },
  { name: "null", value: null, text: "null" },
  { name: "undefined", value: undefined, text: "undefined" },
  { name: "a truth value", value: true, text: "true" },
  {
    name: "an object",
    value: { a: 1, b: "x", c: { d: null } },
    text: '{"a":1,"b":"x","c":{"d":null}}',
  },
];

for (const { name, value, text } of messages) {
  Deno.test(`Logger writes ${name} as text`, () => {
    const handler = new MemoryHandler("DEBUG");
    createLogger("DEBUG", handler).info(() => value);
    assertEquals(handler.records[0]?.msg, text);
  });
}

Deno.test("Logger writes an error with its stack", () => {
  const handler = new MemoryHandler("DEBUG");
  createLogger("DEBUG", handler).error(new RangeError("far"));
  assertMatch(handler.texts[0] ?? "", /^ERROR RangeError: far\n\s+at /);
});

Deno.test("Logger lets a handler's error through to the caller", () => {
  class Failing extends MemoryHandler {
    override log(): void {
      throw new RangeError("full");
    }
  }
  const last = new MemoryHandler("DEBUG");
  const logger = createLogger("DEBUG", new Failing("DEBUG"), last);
  assertThrows(() => logger.info("a"), RangeError, "full");
  assertEquals(last.texts, []);
});

Deno.test("Logger may be used by its own handler", () => {
  class Echo extends MemoryHandler {
    override log(text: string): void {
      super.log(text);
      if (this.texts.length < 3) logger.info(`again: ${text}`);
    }
  }
  const handler = new Echo("DEBUG", { formatter: ({ msg }) => msg });
  const logger = createLogger("DEBUG", handler);
  logger.info("a");
  assertEquals(handler.texts, ["a", "again: a", "again: again: a"]);
});

Deno.test("setup() opens the handlers and the next one closes them", () => {
  const handler = new MemoryHandler("DEBUG");
  setup({ handlers: { memory: handler } });
  assertEquals(handler.life, ["setup"]);
  setup({});
  assertEquals(handler.life, ["setup", "destroy"]);
});

Deno.test("getLogger() finds what was set up", () => {
  const one = new MemoryHandler("DEBUG");
  const two = new MemoryHandler("DEBUG");
  setup({
    handlers: { one, two },
    loggers: {
      default: { level: "DEBUG", handlers: ["one"] },
      tasks: { level: "ERROR", handlers: ["one", "two"] },
    },
  });
  getLogger().debug("a");
  getLogger("tasks").warn("b");
  getLogger("tasks").error("c");
  assertEquals([one.texts, two.texts], [["DEBUG a", "ERROR c"], ["ERROR c"]]);
  assertEquals(getLogger("tasks").loggerName, "tasks");
  assertStrictEquals(getLogger(), getLogger("default"));
  setup({});
});

Deno.test("getLogger() makes a logger that logs nowhere of an unknown name", () => {
  const logger = getLogger("unknown");
  assertEquals(logger.handlers, []);
  assertEquals(logger.error("a"), "a");
  assertStrictEquals(getLogger("unknown"), logger);
});

Deno.test("debug() and its like log with the default logger", () => {
  const handler = new MemoryHandler("DEBUG");
  setup({
    handlers: { memory: handler },
    loggers: { default: { level: "INFO", handlers: ["memory"] } },
  });
  assertEquals(debug(() => "a"), undefined);
  assertEquals(info("b", { id: 1 }), "b");
  assertEquals(warn(() => "c"), "c");
  error("d");
  critical("e");
  assertEquals(handler.texts, ["INFO b", "WARN c", "ERROR d", "CRITICAL e"]);
  assertEquals(handler.records[0]?.args, [{ id: 1 }]);
  setup({});
});

Deno.test("jsonFormatter() writes one argument or a list", () => {
  const time = (made: LogRecord) => made.datetime.getTime();
  const none = record("INFO", "Hey");
  const one = record("INFO", "Hey", { product: "nail" });
  const many = record("WARN", "Hey", 1, "two");
  assertEquals(
    formatters.jsonFormatter(none),
    `{"level":"INFO","datetime":${time(none)},"message":"Hey"}`,
  );
  assertEquals(
    formatters.jsonFormatter(one),
    `{"level":"INFO","datetime":${time(one)},"message":"Hey","args":{"product":"nail"}}`,
  );
  assertEquals(
    formatters.jsonFormatter(many),
    `{"level":"WARN","datetime":${time(many)},"message":"Hey","args":[1,"two"]}`,
  );
});

Deno.test("ConsoleHandler colours a record by its level unless told otherwise", () => {
  const colored = new ConsoleHandler("DEBUG");
  const paint = (color: number, text: string) =>
    Deno.noColor ? text : `\x1b[${color}m${text}\x1b[39m`;
  assertEquals(colored.format(record("DEBUG", "a")), "DEBUG a");
  assertEquals(colored.format(record("INFO", "a")), paint(34, "INFO a"));
  assertEquals(colored.format(record("ERROR", "a")), paint(31, "ERROR a"));
  const plain = new ConsoleHandler("DEBUG", { useColors: false });
  assertEquals(plain.format(record("ERROR", "a")), "ERROR a");
});

Deno.test("ConsoleHandler writes to console.log", () => {
  const written: unknown[][] = [];
  const original = console.log;
  console.log = (...args: unknown[]) => void written.push(args);
  try {
    new ConsoleHandler("INFO", { useColors: false }).handle(record("WARN", "a {b} %s"));
  } finally {
    console.log = original;
  }
  assertEquals(written, [["WARN a {b} %s"]]);
});
