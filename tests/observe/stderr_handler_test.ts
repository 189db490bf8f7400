import { fileURLToPath } from "node:url";

import { assertEquals } from "@std/assert";
import { LogLevels, LogRecord } from "@std/log";

import { StderrHandler, type SyncWriter } from "../../src/observe/stderr_handler.ts";

/** Takes at most so many bytes a call, and throws what it is told to. */
class FakeWriter implements SyncWriter {
  readonly errors: (Error | undefined)[];
  calls = 0;
  #bytes: number[] = [];

  constructor(readonly bytesPerCall: number, ...errors: (Error | undefined)[]) {
    this.errors = errors;
  }

  get text(): string {
    return new TextDecoder().decode(Uint8Array.from(this.#bytes));
  }

  writeSync(bytes: Uint8Array): number {
    const error = this.errors[this.calls++];
    if (error !== undefined) throw error;
    const taken = bytes.subarray(0, this.bytesPerCall);
    this.#bytes.push(...taken);
    return taken.length;
  }
}

function logLines(writer: SyncWriter, ...lines: string[]): StderrHandler {
  const handler = new StderrHandler("INFO", { writer, formatter: ({ msg }) => msg });
  for (const msg of lines) {
    handler.handle(new LogRecord({ msg, args: [], level: LogLevels.INFO, loggerName: "" }));
  }
  return handler;
}

Deno.test("StderrHandler writes a line at once", () => {
  const writer = new FakeWriter(1000);
  const handler = logLines(writer, "a", "ü");
  assertEquals([writer.text, writer.calls, handler.lostLines], ["a\nü\n", 2, 0]);
});

Deno.test("StderrHandler writes on when only a part was taken", () => {
  const writer = new FakeWriter(3);
  const handler = logLines(writer, "hello world", "b");
  assertEquals([writer.text, handler.lostLines], ["hello world\nb\n", 0]);
});

for (const gone of [new Deno.errors.BrokenPipe("gone"), new Deno.errors.BadResource("closed")]) {
  Deno.test(`StderrHandler tries no more after ${gone.name}`, () => {
    const writer = new FakeWriter(1000, undefined, gone);
    const handler = logLines(writer, "a", "b", "c");
    assertEquals([writer.text, writer.calls, handler.lostLines], ["a\n", 2, 2]);
  });
}

Deno.test("StderrHandler goes on after an error that passes", () => {
  const full = Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  const writer = new FakeWriter(1000, full, new Deno.errors.WouldBlock("full"));
  const handler = logLines(writer, "a", "b", "c");
  assertEquals([writer.text, handler.lostLines], ["c\n", 2]);
});

Deno.test("StderrHandler ends a line that was cut short before the next one", () => {
  const writer = new FakeWriter(3, undefined, new Deno.errors.WouldBlock("full"));
  const handler = logLines(writer, "hello", "b", "c");
  assertEquals([writer.text, handler.lostLines], ["hel\nb\nc\n", 1]);
});

/** A program that logs three lines once it is told that its standard error is gone. */
const program = `
  import { StderrHandler } from "${import.meta.resolve("../../src/observe/stderr_handler.ts")}";
  const handler = new StderrHandler("INFO");
  await Deno.stdin.read(new Uint8Array(1));
  for (let i = 0; i < 3; i++) handler.log("line");
  console.log(handler.lostLines);
`;

Deno.test("StderrHandler survives a standard error whose reader is gone", async () => {
  const config = fileURLToPath(import.meta.resolve("../../deno.json"));
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, program],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stderr.cancel();
  const stdin = child.stdin.getWriter();
  await stdin.write(Uint8Array.of(1));
  await stdin.close();
  const output = await new Response(child.stdout).text();
  assertEquals([output.trim(), (await child.status).code], ["3", 0]);
});
