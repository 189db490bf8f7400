import { enterJsonMode } from "../control/control_client.ts";
import { ControlClientError } from "../control/control_client_error.ts";
import { ControlLink, type ControlLinkOptions, readTextAnswer } from "../control/control_link.ts";
import { splitCommandLine } from "../control/command_line.ts";
import { parseJsonCommand } from "../control/json_command.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import type { CliIo } from "./cli_io.ts";
import { readControlLine } from "./control_line.ts";
import { type ControlView, controlView } from "./control_view.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { readLines } from "./read_lines.ts";
import { stoppableInput } from "./stoppable_input.ts";

/** The longest input line that is read; the server takes much shorter ones. */
const MAX_INPUT_LENGTH = 1 << 20;

/**
 * Runs a session: shows the server's log, and sends it each line of standard input.
 *
 * It ends with standard input once all replies have come, by `quit` or `exit`, or by the signal.
 *
 * @param options Where the server is.
 * @param settings.json Whether to show JSON lines as they come.
 * @param io The process.
 * @returns `done`, or `failed` when a command from a pipe or a file was refused.
 * @throws {ControlClientError} If the server cannot be reached, or refuses.
 * @throws {ExitCodeError} `unreachable` if the connection is lost.
 * @throws {unknown} The signal's reason when it aborts.
 */
export async function runControlSession(
  options: ControlLinkOptions,
  { json }: { readonly json: boolean },
  io: CliIo,
): Promise<ExitCode> {
  await using link = await ControlLink.connect(options);
  await enterMode(link, json);
  const session = new ControlSession(link, controlView(io, json));
  if (!json && io.stdin.isTerminal) await session.greet(formatEndpoint(options));
  await session.run(io.stdin.readable);
  io.signal.throwIfAborted();
  if (!session.isComplete) {
    throw new ExitCodeError(EXIT_CODE.unreachable, "Connection to the server lost");
  }
  return session.isRefused && !io.stdin.isTerminal ? EXIT_CODE.failed : EXIT_CODE.done;
}

/** Its answer tells before anything else whether the server takes commands from here. */
async function enterMode(link: ControlLink, json: boolean): Promise<void> {
  if (json) return await enterJsonMode(link);
  await link.send("mode text");
  await readTextAnswer(link);
}

class ControlSession {
  readonly #link: ControlLink;
  readonly #view: ControlView;
  #unanswered = 0;
  #isRefused = false;
  #isEnding = false;
  #isComplete = false;

  constructor(link: ControlLink, view: ControlView) {
    this.#link = link;
    this.#view = view;
  }

  /** Whether it ended because it was meant to, and every command was answered. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether any command was refused. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  async greet(place: string): Promise<void> {
    await this.#view.say(
      `Connected to ${place}: help lists the commands, quit leaves, exit shuts the server down`,
    );
  }

  async run(stdin: ReadableStream<Uint8Array>): Promise<void> {
    const input = stoppableInput(stdin);
    const sending = this.#sendLines(input.readable);
    sending.catch(() => undefined); // looked at below, when the server has answered what came before
    try {
      await this.#showLines();
      this.#isComplete = this.#isEnding && this.#unanswered <= 0;
    } finally {
      await input.stop();
      // In this order, so that the view is left alone before it ends.
      await sending.finally(() => this.#view.end());
    }
  }

  async #showLines(): Promise<void> {
    for (;;) {
      const line = await this.#link.readLine();
      if (line === undefined) return;
      const meaning = readControlLine(line);
      if (meaning.outcome !== undefined) this.#unanswered--;
      if (meaning.outcome === "refused") this.#isRefused = true;
      await this.#view.show(meaning);
    }
  }

  async #sendLines(readable: ReadableStream<Uint8Array>): Promise<void> {
    try {
      for await (const line of readLines(readable, MAX_INPUT_LENGTH)) await this.#sendLine(line);
      this.#isEnding = true;
    } finally {
      await this.#link.endInput();
    }
  }

  async #sendLine(line: string): Promise<void> {
    if (splitCommandLine(line).name === "") return await this.#view.enter();
    this.#unanswered++;
    if (endsConnection(line)) this.#isEnding = true;
    try {
      await this.#link.send(line);
    } catch (error) {
      if (!(error instanceof ControlClientError)) throw error;
      // A lost connection shows itself where lines are read.
      if (error.code !== "CONTROL_COMMAND_TOO_LONG") return;
      this.#unanswered--;
      this.#isRefused = true;
      await this.#view.say(error.message);
    }
  }
}

function endsConnection(line: string): boolean {
  const { name } = splitCommandLine(line);
  const command = name.startsWith("{") ? parseJsonCommand(line) : undefined;
  const word = command?.form === "json" ? command.name : name;
  return word === "quit" || word === "exit";
}
