import { systemReason } from "../observe/system_reason.ts";
import { processEnvironment } from "../settings/process_environment.ts";
import {
  type CliIo,
  InterruptedError,
  OutputClosedError,
  OutputFailedError,
  type Terminal,
  type TerminalSize,
  type TextInput,
  type TextOutput,
} from "./cli_io.ts";
import { EXIT_CODE } from "./exit_code.ts";

/** The size where there is no terminal to ask, and of one that does not know its own. */
const DEFAULT_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** A standard stream of the process that is written to. */
type StandardOutput = typeof Deno.stdout | typeof Deno.stderr;

/**
 * The standard streams, signals and environment of this process.
 *
 * From here on SIGINT and SIGTERM abort `signal`; a second one ends the process at once.
 *
 * @param version What `--version` prints, without a line feed.
 * @returns What {@linkcode runCli} needs; it lasts until the process ends.
 */
export function openProcessIo(version: string): CliIo {
  return {
    version,
    stdin: standardInput(),
    stdout: new StandardTextOutput(Deno.stdout),
    stderr: new StandardTextOutput(Deno.stderr),
    terminal: standardTerminal(),
    columns: Deno.stdout.isTerminal() ? terminalSize().columns : DEFAULT_SIZE.columns,
    noColor: Deno.noColor,
    signal: interruption(),
    environment: processEnvironment(),
  };
}

/** Writes text to a standard stream, in order and whole. */
export class StandardTextOutput implements TextOutput {
  /** Whether the stream is a terminal. */
  readonly isTerminal: boolean;
  readonly #output: Pick<StandardOutput, "isTerminal">;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();

  /**
   * Takes over a stream.
   *
   * @param output The stream; nothing else may write to it.
   */
  constructor(output: Pick<StandardOutput, "isTerminal" | "writable">) {
    this.isTerminal = output.isTerminal();
    this.#output = output;
    this.#writer = output.writable.getWriter();
  }

  /** Writes text; see {@linkcode TextOutput.write}. */
  async write(text: string): Promise<void> {
    try {
      await this.#writer.write(this.#encoder.encode(text));
    } catch (cause) {
      if (!this.#isReaderGone(cause)) {
        throw new OutputFailedError(`Cannot write output: ${systemReason(cause)}`, { cause });
      }
      throw new OutputClosedError("Cannot write output: its reader is gone", { cause });
    }
  }

  #isReaderGone(cause: unknown): boolean {
    // A terminal that has hung up is none any more: all that is asked of it fails by EIO.
    const hasHungUp = this.isTerminal && !this.#output.isTerminal();
    return hasHungUp || cause instanceof Deno.errors.BrokenPipe;
  }
}

/** Takes the stream only when a command reads it, so that the others leave it untouched. */
function standardInput(): TextInput {
  return {
    isTerminal: Deno.stdin.isTerminal(),
    get readable() {
      return Deno.stdin.readable;
    },
  };
}

function standardTerminal(): Terminal | undefined {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return undefined;
  if (Deno.env.get("TERM") === "dumb") return undefined;
  return {
    size: () => unlessHungUp(terminalSize),
    setRaw: (isRaw) => unlessHungUp(() => Deno.stdin.setRaw(isRaw)),
    onResize: (listener) => onUnixSignal("SIGWINCH", listener),
    onResume: (listener) => onUnixSignal("SIGCONT", listener),
  };
}

function unlessHungUp<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (Deno.stdin.isTerminal() && Deno.stdout.isTerminal()) throw cause;
    throw new OutputClosedError("Cannot use terminal: it is gone", { cause });
  }
}

function onUnixSignal(name: Deno.Signal, listener: () => void): () => void {
  if (Deno.build.os === "windows") return () => {};
  Deno.addSignalListener(name, listener);
  return () => Deno.removeSignalListener(name, listener);
}

function terminalSize(): TerminalSize {
  const { columns, rows } = Deno.consoleSize();
  // Some pseudo-terminals say 0.
  return { columns: columns || DEFAULT_SIZE.columns, rows: rows || DEFAULT_SIZE.rows };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  const names: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  for (const name of names) {
    Deno.addSignalListener(name, () => {
      if (controller.signal.aborted) Deno.exit(EXIT_CODE.interrupted);
      controller.abort(new InterruptedError(`Interrupted by ${name}`));
    });
  }
  return controller.signal;
}
