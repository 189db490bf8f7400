import type { CliIo, TextOutput } from "./cli_io.ts";
import type { ControlLine } from "./control_line.ts";

/** Where a control session shows what the server says. */
export interface ControlView {
  /** Shows one line from the server. */
  show(line: ControlLine): Promise<void>;
  /** Says something of our own, such as why a command was not sent. */
  say(text: string): Promise<void>;
  /** A line was entered that leads to no reply. */
  enter(): Promise<void>;
  /** Leaves the terminal as it was found. */
  end(): Promise<void>;
}

/**
 * Picks the view for a session.
 *
 * @param io The process; with a person at both ends there is a prompt.
 * @param json Whether standard output is for a program.
 * @returns The view.
 */
export function controlView(io: CliIo, json: boolean): ControlView {
  if (!json && io.stdin.isTerminal && io.stdout.isTerminal) return new PromptView(io.stdout);
  // Commands that come from a pipe are a script's: its data are the replies alone.
  const stream = json || io.stdin.isTerminal ? io.stdout : io.stderr;
  return new PlainView(
    { reply: io.stdout, stream, error: json ? io.stdout : io.stderr },
    io.stderr,
  );
}

/** Writes each line once and for all. */
class PlainView implements ControlView {
  readonly #outputs: Readonly<Record<"reply" | "stream" | "error", TextOutput>>;
  readonly #stderr: TextOutput;

  constructor(outputs: Record<"reply" | "stream" | "error", TextOutput>, stderr: TextOutput) {
    this.#outputs = outputs;
    this.#stderr = stderr;
  }

  async show({ text, origin, outcome }: ControlLine): Promise<void> {
    if (text === undefined) return;
    const output = this.#outputs[outcome === "refused" ? "error" : origin];
    await output.write(`${text}\n`);
  }

  async say(text: string): Promise<void> {
    await this.#stderr.write(`${text}\n`);
  }

  async enter(): Promise<void> {}

  async end(): Promise<void> {}
}

const PROMPT = "hushcast> ";

/** Back to the first column, then erase the line: ECMA-48, CR and EL. */
const ERASE_LINE = "\r\x1b[K";

/**
 * Keeps a prompt on the last line of a terminal.
 *
 * What is being typed is the terminal's: a line that comes meanwhile takes its place on the
 * screen, but it is not lost, and Enter still sends it.
 */
class PromptView implements ControlView {
  readonly #output: TextOutput;

  constructor(output: TextOutput) {
    this.#output = output;
  }

  async show({ text, origin, outcome }: ControlLine): Promise<void> {
    const line = text === undefined ? "" : `${text}\n`;
    const isWithinReply = origin === "reply" && outcome === undefined;
    await this.#output.write(ERASE_LINE + line + (isWithinReply ? "" : PROMPT));
  }

  async say(text: string): Promise<void> {
    await this.#output.write(`${ERASE_LINE}${text}\n${PROMPT}`);
  }

  async enter(): Promise<void> {
    await this.#output.write(PROMPT);
  }

  async end(): Promise<void> {
    await this.#output.write(ERASE_LINE);
  }
}
