import { assert, assertEquals, assertThrows } from "@std/assert";
import { FileHandler, getLogger, LogLevels, LogRecord, RotatingFileHandler, setup } from "@std/log";

const formatter = ({ msg }: LogRecord) => msg;

/** Runs a test with the path of a log file in a folder of its own. */
function withFolder(test: (path: string) => void): () => void {
  return () => {
    const folder = Deno.makeTempDirSync({ prefix: "hushcast-log-" });
    try {
      test(`${folder}/test.log`);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

function readLines(path: string): string[] {
  return Deno.readTextFileSync(path).split("\n").slice(0, -1);
}

function listFolder(path: string): string[] {
  return [...Deno.readDirSync(path.replace(/\/[^/]*$/, ""))].map((entry) => entry.name).sort();
}

function info(msg: string): LogRecord {
  return new LogRecord({ msg, args: [], level: LogLevels.INFO, loggerName: "test" });
}

/** Ten bytes with its line end. */
function tenBytes(n: number): string {
  return `line ${String(n).padStart(4, "0")}`;
}

Deno.test(
  "FileHandler keeps lines back until it is flushed or destroyed",
  withFolder((path) => {
    const handler = new FileHandler("INFO", { filename: path, formatter });
    handler.setup();
    handler.handle(info("a"));
    assertEquals(readLines(path), []);
    handler.flush();
    assertEquals(readLines(path), ["a"]);
    handler.handle(info("b"));
    handler.destroy();
    assertEquals(readLines(path), ["a", "b"]);
  }),
);

Deno.test(
  "FileHandler writes when its buffer is full",
  withFolder((path) => {
    const handler = new FileHandler("INFO", { filename: path, formatter, bufferSize: 25 });
    handler.setup();
    for (let i = 1; i <= 3; i++) handler.handle(info(tenBytes(i)));
    assertEquals(readLines(path), [tenBytes(1), tenBytes(2)]);
    handler.handle(info("x".repeat(30)));
    assertEquals(readLines(path), [tenBytes(1), tenBytes(2), tenBytes(3), "x".repeat(30)]);
    handler.destroy();
  }),
);

Deno.test(
  "FileHandler writes at once after a CRITICAL record",
  withFolder((path) => {
    setup({
      handlers: { file: new FileHandler("INFO", { filename: path }) },
      loggers: { default: { level: "INFO", handlers: ["file"] } },
    });
    getLogger().error("a {b} %s");
    assertEquals(readLines(path), []);
    getLogger().critical("c");
    assertEquals(readLines(path), ["ERROR a {b} %s", "CRITICAL c"]);
    setup({});
  }),
);

for (
  const { mode, lines } of [
    { mode: undefined, lines: ["old", "new"] },
    { mode: "a" as const, lines: ["old", "new"] },
    { mode: "w" as const, lines: ["new"] },
  ]
) {
  Deno.test(
    `FileHandler with mode ${mode} treats what the file holds`,
    withFolder((path) => {
      Deno.writeTextFileSync(path, "old\n");
      const handler = new FileHandler("INFO", { filename: path, formatter, ...mode && { mode } });
      handler.setup();
      handler.handle(info("new"));
      handler.destroy();
      assertEquals(readLines(path), lines);
    }),
  );
}

Deno.test(
  "FileHandler with mode x refuses a file that exists",
  withFolder((path) => {
    const handler = new FileHandler("INFO", { filename: path, mode: "x" });
    handler.setup();
    handler.destroy();
    assertThrows(() => handler.setup(), Deno.errors.AlreadyExists);
    handler.destroy();
  }),
);

Deno.test(
  "FileHandler says at its set-up when the file can't be opened",
  withFolder((path) => {
    const handler = new FileHandler("INFO", { filename: `${path}/missing/test.log` });
    assertThrows(() => handler.setup(), Deno.errors.NotFound);
    handler.destroy();
  }),
);

Deno.test(
  "RotatingFileHandler puts full files aside and keeps so many",
  withFolder((path) => {
    const handler = new RotatingFileHandler("INFO", {
      filename: path,
      formatter,
      maxBytes: 30,
      maxBackupCount: 2,
    });
    handler.setup();
    for (let i = 1; i <= 11; i++) handler.handle(info(tenBytes(i)));
    handler.destroy();
    assertEquals(listFolder(path), ["test.log", "test.log.1", "test.log.2"]);
    assertEquals(readLines(path), [10, 11].map(tenBytes));
    assertEquals(readLines(`${path}.1`), [7, 8, 9].map(tenBytes));
    assertEquals(readLines(`${path}.2`), [4, 5, 6].map(tenBytes));
  }),
);

Deno.test(
  "RotatingFileHandler goes on where the last run ended",
  withFolder((path) => {
    for (let i = 1; i <= 4; i++) {
      const handler = new RotatingFileHandler("INFO", {
        filename: path,
        formatter,
        maxBytes: 30,
        maxBackupCount: 2,
      });
      handler.setup();
      handler.handle(info(tenBytes(i)));
      handler.destroy();
    }
    assertEquals(readLines(path), [tenBytes(4)]);
    assertEquals(readLines(`${path}.1`), [1, 2, 3].map(tenBytes));
  }),
);

Deno.test(
  "RotatingFileHandler counts bytes, not characters, and gives a long line a file of its own",
  withFolder((path) => {
    const handler = new RotatingFileHandler("INFO", {
      filename: path,
      formatter,
      maxBytes: 20,
      maxBackupCount: 3,
    });
    handler.setup();
    for (const text of ["äöüä", "ääääää", "x".repeat(40), "b"]) handler.handle(info(text));
    handler.destroy();
    assertEquals(readLines(path), ["b"]);
    assertEquals(readLines(`${path}.1`), ["x".repeat(40)]);
    assertEquals(readLines(`${path}.2`), ["ääääää"]);
    assertEquals(readLines(`${path}.3`), ["äöüä"]);
  }),
);

Deno.test(
  "RotatingFileHandler survives that its file is taken away",
  withFolder((path) => {
    const handler = new RotatingFileHandler("INFO", {
      filename: path,
      formatter,
      maxBytes: 20,
      maxBackupCount: 1,
      bufferSize: 10,
    });
    handler.setup();
    handler.handle(info(tenBytes(1)));
    handler.flush();
    Deno.removeSync(path);
    for (let i = 2; i <= 5; i++) handler.handle(info(tenBytes(i)));
    handler.destroy();
    assertEquals(readLines(path).at(-1), tenBytes(5));
  }),
);

Deno.test(
  "RotatingFileHandler with mode w removes the files put aside",
  withFolder((path) => {
    for (const name of [path, `${path}.1`, `${path}.2`]) Deno.writeTextFileSync(name, "old\n");
    const handler = new RotatingFileHandler("INFO", {
      filename: path,
      formatter,
      mode: "w",
      maxBytes: 30,
      maxBackupCount: 2,
    });
    handler.setup();
    handler.handle(info("new"));
    handler.destroy();
    assertEquals(listFolder(path), ["test.log"]);
    assertEquals(readLines(path), ["new"]);
  }),
);

Deno.test(
  "RotatingFileHandler with mode x refuses files put aside",
  withFolder((path) => {
    Deno.writeTextFileSync(`${path}.2`, "old\n");
    const handler = new RotatingFileHandler("INFO", {
      filename: path,
      mode: "x",
      maxBytes: 30,
      maxBackupCount: 2,
    });
    assertThrows(() => handler.setup(), Deno.errors.AlreadyExists);
    handler.destroy();
  }),
);

for (const limits of [{ maxBytes: 0, maxBackupCount: 1 }, { maxBytes: 1, maxBackupCount: 0 }]) {
  Deno.test(
    `RotatingFileHandler refuses ${JSON.stringify(limits)}`,
    withFolder((path) => {
      const handler = new RotatingFileHandler("INFO", { filename: path, ...limits });
      const error = assertThrows(() => handler.setup(), Error, ">= 1");
      assert(error.message.includes("0"));
    }),
  );
}
