import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { getLogger } from "@std/log";

import { silentLogger } from "../../src/observe/event_logger.ts";
import { configureLogging, LogFileError, type LoggingOptions } from "../../src/observe/log.ts";
import { LogHub } from "../../src/observe/log_hub.ts";

/** Stands in for standard error. */
class TextWriter {
  text = "";

  writeSync(bytes: Uint8Array): number {
    this.text += new TextDecoder().decode(bytes);
    return bytes.length;
  }

  /** The lines without their times. */
  get lines(): string[] {
    return this.text.split("\n").slice(0, -1).map((line) => line.replace(/^\S+Z /, ""));
  }
}

function options(writer: TextWriter, more: Partial<LoggingOptions> = {}): LoggingOptions {
  return { level: "INFO", format: "text", color: false, writer, ...more };
}

function withFolder(test: (folder: string) => void): () => void {
  return () => {
    const folder = Deno.makeTempDirSync({ prefix: "hushcast-log-" });
    try {
      test(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

Deno.test("configureLogging() logs text lines at its level and above", () => {
  const writer = new TextWriter();
  using logging = configureLogging(options(writer));
  logging.logger.debug("not seen");
  logging.logger.info("client registered", { id: "pump-3" });
  logging.logger.warn("b");
  logging.logger.error("c");
  assertEquals(writer.lines, ["INFO  client registered id=pump-3", "WARN  b", "ERROR c"]);
});

Deno.test("configureLogging() sets up the default logger of @std/log", () => {
  const writer = new TextWriter();
  using _logging = configureLogging(options(writer));
  getLogger().info("a", { id: 1 });
  assertEquals(writer.lines, ["INFO  a id=1"]);
});

Deno.test("configureLogging() colours the level if told so", () => {
  const writer = new TextWriter();
  using logging = configureLogging(options(writer, { color: true }));
  logging.logger.warn("a");
  assertStringIncludes(writer.text, " \x1b[33mWARN \x1b[0m a\n");
});

Deno.test("configureLogging() logs JSON lines, never coloured", () => {
  const writer = new TextWriter();
  using logging = configureLogging(options(writer, { format: "json", color: true }));
  logging.logger.info("a", { id: "\x1b" });
  assertMatch(writer.text, /^\{"time":"[^"]+","level":"info","message":"a","id":"\\u001b"\}\n$/);
});

Deno.test(
  "configureLogging() writes the same lines to a file, without colour",
  withFolder((folder) => {
    const writer = new TextWriter();
    const file = { path: `${folder}/relay.log`, maxBytes: 10_000, maxBackupCount: 1 };
    {
      using logging = configureLogging(options(writer, { color: true, file }));
      logging.logger.debug("not seen");
      logging.logger.info("a", { id: 1 });
    }
    assertMatch(Deno.readTextFileSync(file.path), /^\S+Z INFO {2}a id=1\n$/);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  }),
);

Deno.test(
  "configureLogging() rotates the file",
  withFolder((folder) => {
    const file = { path: `${folder}/relay.log`, maxBytes: 100, maxBackupCount: 3 };
    {
      using logging = configureLogging(options(new TextWriter(), { format: "json", file }));
      for (let i = 0; i < 20; i++) logging.logger.info("line", { i });
      assertEquals(logging.failedFileWrites, 0);
    }
    const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
    assertEquals(names, ["relay.log", "relay.log.1", "relay.log.2", "relay.log.3"]);
    const numbers = names.toReversed().flatMap((name) =>
      Deno.readTextFileSync(`${folder}/${name}`).trimEnd().split("\n")
        .map((line) => JSON.parse(line).i)
    );
    assertEquals(numbers, Array.from(numbers, (_, at) => 20 - numbers.length + at));
  }),
);

Deno.test(
  "configureLogging() names the file that can't be opened, and why",
  withFolder((folder) => {
    const path = `${folder}/missing/relay.log`;
    const file = { path, maxBytes: 100, maxBackupCount: 1 };
    const writer = new TextWriter();
    const error = assertThrows(() => configureLogging(options(writer, { file })), LogFileError);
    assertEquals([error.code, error.path], ["LOG_FILE_UNUSABLE", path]);
    assertStringIncludes(error.message, path);
    assertEquals(error.cause instanceof Deno.errors.NotFound, true);
    getLogger().error("not seen");
    assertEquals(writer.text, "");
  }),
);

Deno.test(
  "configureLogging() tells on standard error that the file can't be written",
  withFolder((folder) => {
    const file = { path: `${folder}/relay.log`, maxBytes: 10, maxBackupCount: 1 };
    const writer = new TextWriter();
    {
      using logging = configureLogging(options(writer, { file }));
      Deno.mkdirSync(`${file.path}.1/x`, { recursive: true });
      logging.logger.info("a");
    }
    assertEquals(writer.lines.length, 2);
    assertStringIncludes(writer.lines[1] ?? "", `ERROR log file not written path=${file.path}`);
  }),
);

Deno.test("configureLogging() logs at the lowest level that anyone wants", () => {
  const writer = new TextWriter();
  const hub = new LogHub();
  using logging = configureLogging(options(writer, { hub }));
  const levels = [getLogger().levelName];
  const seen: string[] = [];
  const subscription = hub.subscribe("DEBUG", (entry) => seen.push(entry.text().slice(25)));
  levels.push(getLogger().levelName);
  logging.logger.debug("a");
  subscription.setLevel("ERROR");
  levels.push(getLogger().levelName);
  logging.logger.debug("b");
  logging.logger.info("c");
  subscription.close();
  levels.push(getLogger().levelName);
  assertEquals(levels, ["INFO", "DEBUG", "INFO", "INFO"]);
  assertEquals(seen, ["DEBUG a"]);
  assertEquals(writer.lines, ["INFO  c"]);
});

Deno.test("configureLogging() heeds listeners that were there before it", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  hub.subscribe("DEBUG", (entry) => seen.push(entry.level));
  using logging = configureLogging(options(new TextWriter(), { level: "ERROR", hub }));
  logging.logger.debug("a");
  assertEquals(seen, ["DEBUG"]);
});

Deno.test("configureLogging() puts no line together that nobody wants", () => {
  using logging = configureLogging(options(new TextWriter(), { hub: new LogHub() }));
  const trap = {
    get id(): never {
      throw new Error("Cannot expect a look at the fields");
    },
  };
  logging.logger.debug("a", trap);
});

Deno.test("configureLogging() survives that standard error is gone", () => {
  const hub = new LogHub();
  const seen: string[] = [];
  hub.subscribe("INFO", (entry) => seen.push(entry.level));
  const writer = {
    writeSync(): never {
      throw new Deno.errors.BrokenPipe("gone");
    },
  };
  using logging = configureLogging({ level: "INFO", format: "text", color: false, hub, writer });
  logging.logger.info("a");
  logging.logger.info("b");
  assertEquals(logging.lostLines, 2);
  assertEquals(seen, ["INFO", "INFO"]);
});

Deno.test("configureLogging() logs nowhere once it is disposed of, twice if need be", () => {
  const writer = new TextWriter();
  const hub = new LogHub();
  const seen: string[] = [];
  hub.subscribe("DEBUG", (entry) => seen.push(entry.level));
  const logging = configureLogging(options(writer, { hub }));
  logging[Symbol.dispose]();
  logging[Symbol.dispose]();
  logging.logger.error("a");
  getLogger().error("b");
  hub.subscribe("DEBUG", () => {});
  assertEquals([writer.text, seen], ["", []]);
});

Deno.test("configureLogging() is not undone by an older one that is disposed of", () => {
  const writer = new TextWriter();
  const older = configureLogging(options(new TextWriter()));
  using newer = configureLogging(options(writer));
  older[Symbol.dispose]();
  newer.logger.info("a");
  assertEquals(writer.lines, ["INFO  a"]);
});

Deno.test("silentLogger takes everything and logs nothing", () => {
  const writer = new TextWriter();
  using _logging = configureLogging(options(writer));
  silentLogger.debug("a");
  silentLogger.info("b", { id: 1 });
  silentLogger.warn("c");
  silentLogger.error("d");
  assertEquals(writer.text, "");
});
