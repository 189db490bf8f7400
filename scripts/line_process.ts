import { inTime, signalChild, spawnDetached } from "./child_process.ts";

/** How long a process may take to show a line or to end, milliseconds. */
const PATIENCE_MS = 20_000;

/** How a process is started. */
export interface LineProcessOptions {
  /** Whether it is in a session of its own, so that Ctrl-C in a terminal does not reach it. */
  readonly isDetached?: boolean;
}

/** A child process, with its output as lines. */
export class LineProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #pumps: Promise<void>;
  readonly #stdout = new LineLog("standard output");
  readonly #stderr = new LineLog("standard error");

  /**
   * Starts it.
   *
   * @param command The program.
   * @param args Its command line.
   * @param environment Variables beside those of this process.
   * @param options Its session.
   */
  constructor(
    command: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    { isDetached = false }: LineProcessOptions = {},
  ) {
    const options: Deno.CommandOptions = {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      env: { ...environment },
    };
    this.#child = isDetached
      ? spawnDetached(command, options)
      : new Deno.Command(command, options).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    this.#pumps = Promise.all([
      this.#stdout.fill(this.#child.stdout),
      this.#stderr.fill(this.#child.stderr),
    ]).then(() => undefined);
  }

  /** What it has written to standard output so far, in lines. */
  get stdout(): readonly string[] {
    return this.#stdout.lines;
  }

  /** What it has written to standard error so far, in lines. */
  get stderr(): readonly string[] {
    return this.#stderr.lines;
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /**
   * Waits for a line on standard output, those that came already included.
   *
   * @returns The match.
   * @throws {Error} If it ends, or 20 seconds pass, without such a line.
   */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    return await this.#waitFor(this.#stdout, pattern);
  }

  /** Waits for a line on standard error; see `line`. */
  async errorLine(pattern: RegExp): Promise<RegExpExecArray> {
    return await this.#waitFor(this.#stderr, pattern);
  }

  /** Writes a line to standard input. */
  async type(line: string): Promise<void> {
    await this.#stdin.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends standard input. */
  async endInput(): Promise<void> {
    await this.#stdin.close();
  }

  /** Sends a signal; nothing happens if it has ended already. */
  kill(signal: Deno.Signal): void {
    signalChild(this.#child, signal);
  }

  /**
   * Waits for its end.
   *
   * @returns The exit code.
   * @throws {Error} If it has not ended after 20 seconds; it is killed then.
   */
  async ended(): Promise<number> {
    const { code } = await this.#inTime(this.#child.status, "an end");
    await this.#pumps;
    await this.#stdin.close().catch(() => undefined);
    return code;
  }

  /** Ends it for good, if it has not ended by itself. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.#child.status;
    await this.#pumps;
    await this.#stdin.close().catch(() => undefined);
  }

  async #waitFor(log: LineLog, pattern: RegExp): Promise<RegExpExecArray> {
    return await this.#inTime(log.find(pattern), String(pattern));
  }

  async #inTime<T>(promise: Promise<T>, what: string): Promise<T> {
    const late = () => new Error(`no ${what} in ${PATIENCE_MS} ms`);
    try {
      return await inTime(promise, PATIENCE_MS, late);
    } catch (cause) {
      const output = [...this.stdout, ...this.stderr].map((line) => `  ${line.slice(0, 300)}`);
      throw new Error(`waited for ${what}, and saw:\n${output.join("\n")}`, { cause });
    }
  }
}

/** Lines as they come, for whoever waits for one. */
class LineLog {
  readonly lines: string[] = [];
  readonly #name: string;
  #isOver = false;
  #changed = Promise.withResolvers<void>();

  constructor(name: string) {
    this.#name = name;
  }

  async fill(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      this.lines.push(...parts);
      this.#notify();
    }
    if (rest !== "") this.lines.push(rest);
    this.#isOver = true;
    this.#notify();
  }

  async find(pattern: RegExp): Promise<RegExpExecArray> {
    for (let at = 0;; at++) {
      while (at >= this.lines.length) {
        if (this.#isOver) throw new Error(`${this.#name} ended without ${pattern}`);
        await this.#changed.promise;
      }
      const match = pattern.exec(this.lines[at] ?? "");
      if (match !== null) return match;
    }
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
