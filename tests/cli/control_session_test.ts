import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { CliIo, TextOutput } from "../../src/cli/cli_io.ts";
import { COMMANDS } from "../../src/cli/commands.ts";
import { runCli } from "../../src/cli/run_cli.ts";
import { ServerFixture, until } from "../control/server_fixture.ts";
import { fakeCliIo, type FakeOutput } from "../support/fake_cli_io.ts";

/** The process of a session. */
interface SessionIo extends CliIo {
  readonly stdout: FakeOutput | FakeTerminal;
  readonly stderr: FakeOutput;
  interrupt(): void;
}

/** A session that runs, and what its user can do. */
class Session {
  readonly io: SessionIo;
  readonly code: Promise<number>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor({ endpoint }: ServerFixture, io: SessionIo, args: readonly string[] = []) {
    const stdin = new TransformStream<Uint8Array, Uint8Array>();
    const { isTerminal } = io.stdin;
    this.#input = stdin.writable.getWriter();
    this.io = { ...io, stdin: { isTerminal, readable: stdin.readable } };
    this.code = runCli(["control", "--port", `${endpoint.port}`, ...args], this.io, COMMANDS);
  }

  async type(text: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async endInput(): Promise<void> {
    await this.#input.close();
  }

  /** Waits until standard output holds a text. */
  async sees(text: string): Promise<void> {
    await until(() => this.io.stdout.text.includes(text));
  }
}

/** A terminal that keeps what is written. */
class FakeTerminal implements TextOutput {
  readonly isTerminal = true;
  text = "";
  closed = false;

  write(text: string): Promise<void> {
    this.text += text;
    return Promise.resolve();
  }
}

/** The process of a person at a terminal. */
function terminalIo(): SessionIo {
  const io = fakeCliIo();
  return { ...io, stdin: { ...io.stdin, isTerminal: true }, stdout: new FakeTerminal() };
}

/** What a terminal shows in the end, if it has lines of any length. */
function screen(text: string): string[] {
  return text.split("\n").map((line) => line.slice(line.lastIndexOf("\r\x1b[K") + 1))
    .map((line) => line.replace("\x1b[K", ""));
}

const logLine = (message: string) => `2026-11-21T20:00:00.000Z INFO  ${message}`;

for (const end of ["", "\n", "\r\n"]) {
  Deno.test(`control takes commands from a pipe whose last line ends in ${JSON.stringify(end)}`, async () => {
    await using fixture = new ServerFixture();
    const io = fakeCliIo({ input: `broadcast a\n\n  \nrotate_keys\nget_client pump-3${end}` });
    const args = ["control", "--port", `${fixture.endpoint.port}`];
    assertEquals(await runCli(args, io, COMMANDS), 0);
    const [sent, key, id] = io.stdout.text.split("\n");
    assertEquals([sent, key, id], ["sent to 1 client", "key SHA256:abc", "id pump-3"]);
    assertEquals(io.stderr.text, "");
  });
}

Deno.test("control from a pipe writes errors to standard error, and exits with 1", async () => {
  await using fixture = new ServerFixture();
  const io = fakeCliIo({ input: `nope\nbroadcast ${"x".repeat(5_000)}\nbroadcast a\n` });
  const args = ["control", "--port", `${fixture.endpoint.port}`];
  assertEquals(await runCli(args, io, COMMANDS), 1);
  assertEquals(io.stdout.text, "sent to 1 client\n");
  assertEquals(io.stderr.text.split("\n").toSorted(), [
    "",
    "Cannot send command: want at most 4096 bytes, got 5010",
    "error: No such command: nope; try help (UNKNOWN_COMMAND)",
  ]);
});

Deno.test("control says that a line of its input is too long, after the replies before it", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, fakeCliIo());
  await session.type("broadcast a\n");
  await session.type("x".repeat((1 << 20) + 2));
  assertEquals(await session.code, 1);
  assertEquals(session.io.stdout.text, "sent to 1 client\n");
  assertEquals(
    session.io.stderr.text,
    "hushcast control: cannot read line: it is longer than 1048576 characters\n",
  );
});

Deno.test("control from a pipe streams the log to standard error", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, fakeCliIo());
  await until(() => fixture.log.readerCount === 1);
  await session.type("broadcast a\n");
  await session.sees("sent to 1 client\n");
  fixture.log.write("relay is well");
  await until(() => session.io.stderr.text !== "");
  await session.endInput();
  assertEquals(await session.code, 0);
  assertEquals(session.io.stdout.text, "sent to 1 client\n");
  assertEquals(session.io.stderr.text, `${logLine("relay is well")}\n`);
});

Deno.test("control --json passes on every line as it comes", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, fakeCliIo(), ["--json"]);
  await session.type('{"id":"a","command":"nope"}\nlogs on\n');
  await session.sees("logs on");
  fixture.log.write("relay is well");
  fixture.server.publish({ event: "joined", id: "pump-3", address: "127.0.0.1:5000" });
  await session.sees("joined");
  await session.endInput();
  assertEquals(await session.code, 1);
  const lines = session.io.stdout.text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ type, id }) => [type, id]), [
    ["reply", "a"],
    ["reply", undefined],
    ["log", undefined],
    ["event", "pump-3"],
  ]);
});

Deno.test("control keeps a prompt below what the relay says", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, terminalIo());
  const { port } = fixture.endpoint;
  await session.sees("hushcast> ");
  const prompts = () => session.io.stdout.text.split("hushcast> ").length - 1;
  assertEquals(screen(session.io.stdout.text), [
    `Connected to 127.0.0.1:${port}: help lists the commands, quit leaves, exit shuts the server down`,
    "hushcast> ",
  ]);
  fixture.log.write("relay is well");
  await session.sees("relay is well\nhushcast> ");
  await session.type("\n");
  await until(() => prompts() === 3);
  await session.type("broadcast a\n");
  await session.sees("sent to 1 client");
  await session.type("nope\n");
  await session.sees("error: No such command");
  // The terminal has shown what was typed, with its line ends; here only the rest is seen.
  assertEquals(screen(session.io.stdout.text).slice(1), [
    logLine("relay is well"),
    "sent to 1 client",
    "error: No such command: nope; try help (UNKNOWN_COMMAND)",
    "hushcast> ",
  ]);
  await session.type("quit\n");
  assertEquals(await session.code, 0);
  assertEquals(screen(session.io.stdout.text).at(-1), "");
  assertEquals(session.io.stderr.text, "");
});

Deno.test("control leaves at the end of input, and waits for replies under way", async () => {
  await using fixture = new ServerFixture();
  const rotation = Promise.withResolvers<string>();
  fixture.admin.rotation = () => rotation.promise;
  const session = new Session(fixture, terminalIo());
  await session.type("rotate_keys\n");
  await session.endInput();
  await until(() => fixture.admin.calls.length === 1);
  rotation.resolve("SHA256:abc");
  assertEquals(await session.code, 0);
  assertStringIncludes(session.io.stdout.text, "key SHA256:abc\n");
});

for (const command of ["exit", '{"command":"exit"}']) {
  Deno.test(`control ends well when the relay does after ${command}`, async () => {
    await using fixture = new ServerFixture();
    fixture.admin.shutdown = (reason) => {
      fixture.log.write("relay stops");
      fixture.server.close(reason);
    };
    const session = new Session(fixture, fakeCliIo(), command === "exit" ? [] : ["--json"]);
    await session.type(`${command}\n`);
    assertEquals(await session.code, 0);
    assertStringIncludes(session.io.stdout.text, "shutting down");
    assertStringIncludes(session.io.stdout.text + session.io.stderr.text, "relay stops");
  });
}

Deno.test("control says that the connection is lost, and exits with 3", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, terminalIo());
  await session.sees("hushcast> ");
  await fixture.server.close("bye");
  assertEquals(await session.code, 3);
  assertEquals(session.io.stderr.text, "hushcast control: connection to the server lost\n");
  assertEquals(screen(session.io.stdout.text).at(-1), "");
});

Deno.test("control says so too when a reply was still to come", async () => {
  await using fixture = new ServerFixture();
  fixture.admin.rotation = () => new Promise(() => {});
  const session = new Session(fixture, fakeCliIo());
  await session.type("rotate_keys\n");
  await session.endInput();
  await until(() => fixture.admin.calls.length === 1);
  await fixture.server.close("bye");
  assertEquals(await session.code, 3);
});

Deno.test("control leaves cleanly when it is interrupted", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, terminalIo());
  await session.sees("hushcast> ");
  session.io.interrupt();
  assertEquals(await session.code, 130);
  assertEquals(screen(session.io.stdout.text).at(-1), "");
  assertEquals(session.io.stderr.text, "");
  await until(() => fixture.server.connectionCount === 0);
});

Deno.test("control ends quietly when nobody reads its output any more", async () => {
  await using fixture = new ServerFixture();
  const session = new Session(fixture, fakeCliIo());
  await until(() => fixture.log.readerCount === 1);
  session.io.stdout.closed = true;
  await session.type("broadcast a\n");
  assertEquals(await session.code, 0);
  await until(() => fixture.server.connectionCount === 0);
  assert(fixture.log.readerCount === 0);
});
