import { fileURLToPath } from "node:url";
import { leaveOut } from "./leave_out.ts";

const NEEDS_PYTHON = "needs Python with cryptography: apt-get install python3-cryptography";

const python = firstWithCryptography(["python3", "/usr/bin/python3"]);

/**
 * Finds a Python that can import `cryptography`. The second place looked at is where the system's
 * package lands when another Python comes first in PATH.
 *
 * @returns What to run, or `undefined` when there is none.
 */
export function findPython(): string | undefined {
  return python;
}

/**
 * Registers a test that needs Python with `cryptography`. Without one the test is ignored and its
 * name says what is missing; under CI it fails instead, so that it is never left out unnoticed.
 *
 * @param name The test's name.
 * @param fn The test; it is handed the Python to run.
 */
export function pythonTest(name: string, fn: (python: string) => void | Promise<void>): void {
  if (python !== undefined) Deno.test(name, () => fn(python));
  else leaveOut(name, NEEDS_PYTHON);
}

/**
 * A Python script that answers requests, one JSON object a line each way, so that a whole test
 * needs one process. Requests are answered in order, one at a time.
 */
export class PythonPeer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #requests: WritableStreamDefaultWriter<Uint8Array>;
  readonly #replies: AsyncGenerator<string>;

  /**
   * @param python What `findPython` gave.
   * @param script The script to run; its standard error is shown.
   */
  constructor(python: string, script: URL) {
    this.#process = new Deno.Command(python, {
      args: ["-u", fileURLToPath(script)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#requests = this.#process.stdin.getWriter();
    this.#replies = readLines(this.#process.stdout);
  }

  /**
   * Asks and waits for the answer.
   *
   * @param request What the script understands.
   * @returns What the script answered, parsed.
   * @throws {Error} If the script ended instead.
   */
  async request(request: Readonly<Record<string, unknown>>): Promise<unknown> {
    await this.#requests.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    const reply = await this.#replies.next();
    if (reply.done) throw new Error("Cannot ask Python: the script has ended");
    return JSON.parse(reply.value);
  }

  /** Closes the script's input and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Closing fails when the script has ended by itself: who asked it next was told so.
    await this.#requests.close().catch(() => undefined);
    while (!(await this.#replies.next()).done);
    await this.#process.status;
  }
}

async function* readLines(chunks: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let pending = "";
  for await (const chunk of chunks.pipeThrough(new TextDecoderStream())) {
    const lines = (pending + chunk).split("\n");
    pending = lines.pop() ?? "";
    yield* lines;
  }
}

function firstWithCryptography(candidates: readonly string[]): string | undefined {
  return candidates.find((candidate) => {
    try {
      const probe = new Deno.Command(candidate, { args: ["-c", "import cryptography.fernet"] });
      return probe.outputSync().success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  });
}
