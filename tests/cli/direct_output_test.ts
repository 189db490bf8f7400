import { assertEquals, assertRejects } from "@std/assert";
import { OutputClosedError, type TextOutput } from "../../src/cli/cli_io.ts";
import { DirectOutput, MAX_WAITING_EVENTS } from "../../src/cli/direct_output.ts";
import { clientSummary } from "../control/fake_admin.ts";
import { directMessage } from "../support/direct_message.ts";
import { FakeOutput } from "../support/fake_cli_io.ts";

/** An output whose reader takes nothing until the test lets it. */
class SlowOutput implements TextOutput {
  readonly isTerminal = false;
  readonly written: string[] = [];
  #waiting: (() => void)[] = [];

  write(text: string): Promise<void> {
    this.written.push(text);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    return promise;
  }

  /** The reader takes all that was written so far. */
  async read(): Promise<void> {
    for (const resolve of this.#waiting.splice(0)) resolve();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

const joined = { event: "joined", client: clientSummary({ id: "a", key: undefined }) } as const;
const joinedLine = '{"type":"joined","id":"a"}\n';

Deno.test("DirectOutput prints messages as text, and no events", async () => {
  const stdout = new FakeOutput();
  const output = new DirectOutput(stdout, { json: false });
  output.event(joined);
  await output.message(directMessage("hello"));
  assertEquals(stdout.text, "127.0.0.1:5000\thello\n");
});

Deno.test("DirectOutput prints events and messages as objects, in order", async () => {
  const stdout = new FakeOutput();
  const output = new DirectOutput(stdout, { json: true });
  output.event(joined);
  await output.message(directMessage("hello"));
  output.event({ ...joined, event: "left", reason: "kicked" });
  assertEquals(stdout.text.split("\n").map((line) => line && JSON.parse(line).type), [
    "joined",
    "message",
    "left",
    "",
  ]);
});

Deno.test("DirectOutput waits with a message until it is written", async () => {
  const stdout = new SlowOutput();
  const output = new DirectOutput(stdout, { json: false });
  let isPrinted = false;
  const printing = output.message(directMessage("hello")).then(() => isPrinted = true);
  await Promise.resolve();
  assertEquals([isPrinted, stdout.written.length], [false, 1]);
  await stdout.read();
  await printing;
});

Deno.test("DirectOutput keeps so many events for a slow reader, and counts the others", async () => {
  const stdout = new SlowOutput();
  const output = new DirectOutput(stdout, { json: true });
  for (let i = 0; i < MAX_WAITING_EVENTS; i++) output.event(joined);
  assertEquals(stdout.written.length, MAX_WAITING_EVENTS);
  output.event(joined);
  output.event(joined);
  assertEquals(stdout.written.length, MAX_WAITING_EVENTS);
  await stdout.read();
  output.event(joined);
  assertEquals(stdout.written.at(-1), `{"type":"gap","dropped":2}\n${joinedLine}`);
  output.event(joined);
  assertEquals(stdout.written.at(-1), joinedLine);
});

Deno.test("DirectOutput tells of a gap before the next message", async () => {
  const stdout = new SlowOutput();
  const output = new DirectOutput(stdout, { json: true });
  for (let i = 0; i <= MAX_WAITING_EVENTS; i++) output.event(joined);
  const printing = output.message(directMessage("hello"));
  assertEquals(stdout.written.at(-1)?.startsWith('{"type":"gap","dropped":1}\n{"type":'), true);
  await stdout.read();
  await printing;
});

Deno.test("DirectOutput is broken when the reader of its events is gone", async () => {
  const stdout = new FakeOutput();
  stdout.closed = true;
  const output = new DirectOutput(stdout, { json: true });
  output.event(joined);
  await assertRejects(() => output.broken, OutputClosedError);
  await assertRejects(() => output.message(directMessage("hello")), OutputClosedError);
});
