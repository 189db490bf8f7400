import { assertEquals, assertInstanceOf } from "@std/assert";
import { LogLevels, LogRecord } from "@std/log";

import { type Defer, LogFileHandler } from "../../src/observe/log_file_handler.ts";

/** A timer that runs when it is told to. */
class FakeTimer {
  readonly delays: number[] = [];
  #task: (() => void) | undefined;

  readonly defer: Defer = (task, delayMs) => {
    this.delays.push(delayMs);
    this.#task = task;
    return () => this.#task = undefined;
  };

  get isArmed(): boolean {
    return this.#task !== undefined;
  }

  fire(): void {
    this.#task?.();
  }
}

interface Fixture {
  readonly path: string;
  readonly timer: FakeTimer;
  readonly errors: unknown[];
  readonly handler: LogFileHandler;
}

/** Runs a test with an open handler in a folder of its own. */
function withHandler(maxBytes: number, test: (fixture: Fixture) => void): () => void {
  return () => {
    const folder = Deno.makeTempDirSync({ prefix: "hushcast-log-" });
    const path = `${folder}/test.log`;
    const timer = new FakeTimer();
    const errors: unknown[] = [];
    const handler = new LogFileHandler("INFO", {
      path,
      maxBytes,
      maxBackupCount: 2,
      formatter: ({ msg }) => msg,
      onFailure: (error) => errors.push(error),
      defer: timer.defer,
    });
    handler.setup();
    try {
      test({ path, timer, errors, handler });
    } finally {
      handler.destroy();
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

function info(msg: string): LogRecord {
  return new LogRecord({ msg, args: [], level: LogLevels.INFO, loggerName: "" });
}

/** Makes rotation fail: a folder that is not empty stands where the old file should go. */
function blockRotation(path: string): void {
  Deno.mkdirSync(`${path}.1/x`, { recursive: true });
  Deno.mkdirSync(`${path}.2/x`, { recursive: true });
}

/** Runs a step with a disk that is full. */
function withFullDisk(step: () => void): void {
  const { writeSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.writeSync = () => {
    throw new Error("No space left on device");
  };
  try {
    step();
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
  }
}

Deno.test(
  "LogFileHandler writes the lines of a second together",
  withHandler(1_000, ({ path, timer, handler }) => {
    handler.handle(info("a"));
    handler.handle(info("b"));
    assertEquals(Deno.readTextFileSync(path), "");
    assertEquals(timer.delays, [1_000]);
    timer.fire();
    assertEquals(Deno.readTextFileSync(path), "a\nb\n");
    assertEquals(timer.isArmed, false);
    handler.handle(info("c"));
    timer.fire();
    assertEquals(Deno.readTextFileSync(path), "a\nb\nc\n");
  }),
);

Deno.test(
  "LogFileHandler writes what waits when it is destroyed, and calls its timer off",
  withHandler(1_000, ({ path, timer, handler }) => {
    handler.handle(info("a"));
    handler.destroy();
    assertEquals(Deno.readTextFileSync(path), "a\n");
    assertEquals(timer.isArmed, false);
  }),
);

Deno.test(
  "LogFileHandler rotates",
  withHandler(4, ({ path, handler }) => {
    for (const text of ["a", "b", "c", "d", "e"]) handler.handle(info(text));
    handler.flush();
    assertEquals(Deno.readTextFileSync(path), "e\n");
    assertEquals(Deno.readTextFileSync(`${path}.1`), "c\nd\n");
    assertEquals(Deno.readTextFileSync(`${path}.2`), "a\nb\n");
  }),
);

Deno.test(
  "LogFileHandler reports the first failure in a row and goes on",
  withHandler(4, ({ path, timer, errors, handler }) => {
    handler.handle(info("a"));
    timer.fire();
    blockRotation(path);
    for (const text of ["b", "c", "d", "e", "f", "g"]) handler.handle(info(text));
    timer.fire();
    assertEquals(errors.length, 1);
    assertInstanceOf(errors[0], Error);
    assertEquals(handler.failedWrites > 1, true);
  }),
);

Deno.test(
  "LogFileHandler writes again when the disk has room again, and then reports anew",
  withHandler(1_000, ({ path, timer, errors, handler }) => {
    for (const text of ["a", "b"]) {
      withFullDisk(() => {
        handler.handle(info("lost, perhaps"));
        timer.fire();
      });
      handler.handle(info(text));
      timer.fire();
      assertEquals(Deno.readTextFileSync(path).endsWith(`${text}\n`), true);
    }
    assertEquals(errors.length, 2);
    assertEquals(handler.failedWrites, 2);
  }),
);
