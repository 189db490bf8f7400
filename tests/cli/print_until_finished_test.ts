import { assertEquals, assertRejects } from "@std/assert";
import { OutputClosedError } from "../../src/cli/cli_io.ts";
import {
  type MessageOutput,
  type MessageServer,
  printUntilFinished,
} from "../../src/cli/print_until_finished.ts";
import type { DirectMessage } from "../../src/direct/direct_effects.ts";
import { EventBuffer } from "../../src/session/event_buffer.ts";
import { directMessage } from "../support/direct_message.ts";

class FakeServer implements MessageServer {
  readonly reasons: string[] = [];
  readonly #finished = Promise.withResolvers<void>();
  readonly #messages = new EventBuffer<DirectMessage>(
    { maxEvents: 100, maxBytes: 1_000 },
    () => directMessage("gap"),
  );

  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  messages(): AsyncIterable<DirectMessage> {
    return this.#messages.read();
  }

  hear(...texts: string[]): void {
    for (const text of texts) this.#messages.push(directMessage(text), 1);
  }

  shutdown(reason: string): void {
    this.reasons.push(reason);
    this.#messages.end();
    this.#finished.resolve();
  }

  fail(error: Error): void {
    this.#messages.end();
    this.#finished.reject(error);
  }
}

class FakeMessageOutput implements MessageOutput {
  readonly printed: string[] = [];
  readonly breaking = Promise.withResolvers<never>();
  /** What each write waits for. */
  reader: () => Promise<void> = () => Promise.resolve();

  get broken(): Promise<never> {
    return this.breaking.promise;
  }

  async message({ payload }: DirectMessage): Promise<void> {
    this.printed.push(new TextDecoder().decode(payload));
    await this.reader();
  }
}

/** Prints with a reader who has all the time he wants, unless a test says otherwise. */
function printing({ count, graceMs = 60_000 }: { count?: number; graceMs?: number } = {}) {
  const server = new FakeServer();
  const output = new FakeMessageOutput();
  const controller = new AbortController();
  const options = { count, signal: controller.signal, reason: "bye", graceMs };
  const done = printUntilFinished(server, output, options);
  done.catch(() => undefined); // looked at by the test
  return { server, output, controller, done };
}

Deno.test("printUntilFinished() ends the server after so many messages", async () => {
  const { server, output, done } = printing({ count: 2 });
  server.hear("one", "two", "three");
  assertEquals(await done, true);
  assertEquals([output.printed, server.reasons], [["one", "two"], ["bye"]]);
});

Deno.test("printUntilFinished() prints what was heard before the signal", async () => {
  const { server, output, controller, done } = printing();
  server.hear("one", "two");
  controller.abort();
  assertEquals(await done, true);
  assertEquals(output.printed, ["one", "two"]);
  assertEquals(server.reasons[0], "bye");
});

Deno.test("printUntilFinished() prints what was heard before an operator's exit", async () => {
  const { server, output, done } = printing();
  server.hear("one");
  server.shutdown("by an operator");
  assertEquals(await done, true);
  assertEquals(output.printed, ["one"]);
});

Deno.test("printUntilFinished() takes a message only when the one before is printed", async () => {
  const { server, output, controller, done } = printing();
  const reads: (() => void)[] = [];
  output.reader = () => new Promise((resolve) => void reads.push(resolve));
  server.hear("one", "two");
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  assertEquals(output.printed, ["one"]);
  output.reader = () => Promise.resolve();
  reads[0]?.();
  controller.abort();
  assertEquals(await done, true);
  assertEquals(output.printed, ["one", "two"]);
});

Deno.test("printUntilFinished() does not wait for ever for one who reads no more", async () => {
  const { server, output, controller, done } = printing({ graceMs: 1 });
  output.reader = () => new Promise(() => undefined);
  server.hear("one", "two");
  controller.abort();
  assertEquals(await done, false);
});

Deno.test("printUntilFinished() ends the server when the reader is gone", async () => {
  const { server, output, done } = printing();
  output.reader = () => Promise.reject(new OutputClosedError("Cannot write"));
  server.hear("one");
  await assertRejects(() => done, OutputClosedError);
  assertEquals(server.reasons, ["bye"]);
});

Deno.test("printUntilFinished() ends the server when no event can be printed", async () => {
  const { server, output, done } = printing();
  output.breaking.reject(new OutputClosedError("Cannot write"));
  await assertRejects(() => done, OutputClosedError);
  assertEquals(server.reasons, ["bye"]);
});

Deno.test("printUntilFinished() throws what ended the server", async () => {
  const { server, done } = printing();
  server.fail(new RangeError("bug"));
  await assertRejects(() => done, RangeError, "bug");
});
