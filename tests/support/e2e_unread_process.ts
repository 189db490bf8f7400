import { signalChild } from "../../scripts/child_process.ts";
import { hushcastCommand } from "../../scripts/hushcast_process.ts";

/** A `hushcast` whose standard output nobody reads until `readAll`; its pipe is full before that. */
export class UnreadProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  #isRead = false;

  /** Starts it. @param args The command line. */
  constructor(args: readonly string[]) {
    const [program, ...first] = hushcastCommand();
    this.#child = new Deno.Command(program, {
      args: [...first, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      env: { NO_COLOR: "1" },
    }).spawn();
  }

  /** Begins to read; returns all lines and the exit code when it has ended. */
  async readAll(): Promise<{ code: number; lines: readonly string[] }> {
    this.#isRead = true;
    const text = await new Response(this.#child.stdout).text();
    const { code } = await this.#child.status;
    return { code, lines: text.trimEnd().split("\n") };
  }

  /** Ends it for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    signalChild(this.#child, "SIGKILL");
    await this.#child.status;
    if (!this.#isRead) await this.#child.stdout.cancel();
  }
}
