import { inTime, signalChild, spawnDetached } from "../../child_process.ts";
import { hushcastCommand } from "../../hushcast_process.ts";
import { isBadLine } from "../relay/process_end.ts";

/** How long it may take to show a line or to end, milliseconds. */
const PATIENCE_MS = 60_000;

/** Lines of standard error that are kept. */
const MAX_LINES_KEPT = 500;

/** What tells of a fault in the program itself, whatever the level. */
const FAULT = /internal error|uncaught|unhandled|panicked| {4}at .*:\d+:\d+/i;

/** Lines about errors that are kept, however much is printed after them. */
const MAX_FAULTS_KEPT = 20;

/** A `hushcast` in a process of its own that prints too much to keep: lines are handed on as they come. */
export class StreamedProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #pumps: Promise<unknown>;
  readonly #lines: string[] = [];
  readonly #faults: string[] = [];
  #faultLines = 0;
  #waiting: { readonly pattern: RegExp; readonly found: (match: RegExpExecArray) => void }[] = [];

  /**
   * Starts it.
   *
   * @param args The command line.
   * @param onLine Told of each line on standard output.
   * @param command What is started, by default `hushcast`.
   */
  constructor(
    args: readonly string[],
    onLine: (line: string) => void,
    [program, ...first]: readonly [string, ...string[]] = hushcastCommand(),
  ) {
    // Ctrl-C is for the soak, which ends this one when it has counted.
    this.#child = spawnDetached(program, {
      args: [...first, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      env: { NO_COLOR: "1" },
    });
    this.#pumps = Promise.all([
      readLines(this.#child.stdout, onLine),
      readLines(this.#child.stderr, (line) => this.#takeErrorLine(line)),
    ]);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The last lines of standard error. */
  get errorLines(): readonly string[] {
    return this.#lines;
  }

  /** How many lines there told of an error, those included that are no longer kept. */
  get faultLines(): number {
    return this.#faultLines;
  }

  /** The first of these. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /**
   * Waits for a line on standard error, those that are kept included.
   *
   * @throws {Error} If it does not come in a minute; the message shows what did.
   */
  async errorLine(pattern: RegExp): Promise<RegExpExecArray> {
    for (const line of this.#lines) {
      const match = pattern.exec(line);
      if (match !== null) return match;
    }
    const { promise, resolve } = Promise.withResolvers<RegExpExecArray>();
    this.#waiting.push({ pattern, found: resolve });
    return await this.#inTime(promise, String(pattern));
  }

  /** Sends a signal; nothing happens if it has ended already. */
  kill(signal: Deno.Signal): void {
    signalChild(this.#child, signal);
  }

  /**
   * Waits for its end, and until all its lines were handed on.
   *
   * @returns The exit code.
   * @throws {Error} If it does not end in a minute.
   */
  async ended(): Promise<number> {
    const { code } = await this.#inTime(this.#child.status, "an end");
    await this.#pumps;
    return code;
  }

  /** Ends it for good, if it has not ended by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.#child.status;
    await this.#pumps;
  }

  #takeErrorLine(line: string): void {
    if (isBadLine(line) || FAULT.test(line)) this.#noteFault(line);
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES_KEPT) this.#lines.shift();
    this.#waiting = this.#waiting.filter(({ pattern, found }) => {
      const match = pattern.exec(line);
      if (match !== null) found(match);
      return match === null;
    });
  }

  #noteFault(line: string): void {
    this.#faultLines++;
    if (this.#faults.length < MAX_FAULTS_KEPT) this.#faults.push(line);
  }

  async #inTime<T>(promise: Promise<T>, what: string): Promise<T> {
    return await inTime(promise, PATIENCE_MS, () => {
      const seen = this.#lines.map((line) => `  ${line.slice(0, 300)}`).join("\n");
      return new Error(`no ${what} in ${PATIENCE_MS} ms; standard error:\n${seen}`);
    });
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest: string[] = [];
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = text.split("\n");
    for (const part of parts.slice(0, -1)) {
      rest.push(part);
      onLine(rest.join(""));
      rest = [];
    }
    rest.push(parts.at(-1) ?? "");
  }
  const last = rest.join("");
  if (last !== "") onLine(last);
}
