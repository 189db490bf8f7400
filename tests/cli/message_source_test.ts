import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { ExitCodeError } from "../../src/cli/exit_code_error.ts";
import { type MessageSourceOptions, openMessageSource } from "../../src/cli/message_source.ts";
import { LineTooLongError } from "../../src/cli/read_lines.ts";
import { UsageError } from "../../src/cli/usage_error.ts";
import { fakeCliIo } from "../support/fake_cli_io.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

function options(values: Partial<MessageSourceOptions> = {}, input = ""): MessageSourceOptions {
  const { stdin } = fakeCliIo({ input });
  return { words: [], file: undefined, stdin, maxBytes: 10, maxBytesFlag: "--most", ...values };
}

async function texts(messages: AsyncIterable<Uint8Array>): Promise<string[]> {
  return await Array.fromAsync(messages, (message) => new TextDecoder().decode(message));
}

Deno.test("openMessageSource() joins words to one message", async () => {
  const { label, messages } = await openMessageSource(options({ words: ["hello", "all", "007"] }));
  assertEquals([label, await texts(messages)], ["message", ["hello all 007"]]);
});

Deno.test("openMessageSource() makes a message of each line, the empty ones too", async () => {
  const { label, messages, stop } = await openMessageSource(options({}, "one\r\n\ntwo"));
  assertEquals([label, await texts(messages)], ["line", ["one", "", "two"]]);
  await stop();
});

Deno.test("openMessageSource() fails at a line past the limit, after those before it", async () => {
  const { messages } = await openMessageSource(options({}, `${"a".repeat(10)}\n${"b".repeat(11)}`));
  const seen: string[] = [];
  await assertRejects(async () => {
    for await (const message of messages) seen.push(new TextDecoder().decode(message));
  }, LineTooLongError);
  assertEquals(seen, ["a".repeat(10)]);
});

Deno.test("openMessageSource() ends while it waits for a line", async () => {
  const { readable } = new TransformStream<Uint8Array, Uint8Array>();
  const stdin = { isTerminal: false, readable };
  const { messages, stop } = await openMessageSource(options({ stdin }));
  const reading = texts(messages);
  await stop();
  assertEquals(await reading, []);
});

Deno.test("openMessageSource() reads a file up to the limit as one message", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "a");
  await Deno.writeTextFile(file, "ten\nbytes.");
  const { label, messages } = await openMessageSource(options({ file }));
  assertEquals([label, await texts(messages)], [file, ["ten\nbytes."]]);
});

Deno.test("openMessageSource() refuses a file past the limit, and names the flag", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "a");
  await Deno.writeTextFile(file, "eleven byte");
  const error = await assertRejects(() => openMessageSource(options({ file })), ExitCodeError);
  assertEquals(error.exitCode, 1);
  assertEquals(
    error.message,
    `Cannot send ${file}: a message has at most 10 bytes (--most), it has 11`,
  );
});

Deno.test("openMessageSource() says that a file is not there", async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "none");
  const error = await assertRejects(() => openMessageSource(options({ file })), ExitCodeError);
  assertEquals(error.exitCode, 1);
  assert(error.message.startsWith(`Cannot read ${file}: `), error.message);
});

Deno.test("openMessageSource() takes words or a file, not both", async () => {
  await assertRejects(() => openMessageSource(options({ words: ["x"], file: "y" })), UsageError);
});
