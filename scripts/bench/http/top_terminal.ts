import { shellWord } from "../../../src/cli/completions/shell_word.ts";
import { findProgram } from "../../find_program.ts";
import { hushcastCommand } from "../../hushcast_process.ts";
import { LineProcess } from "../../line_process.ts";
import { MissingProgramError } from "./missing_program_error.ts";

/** A large window on a screen of today. */
const SIZE = { columns: 160, rows: 50 };

/** A `hushcast top` in a pseudo-terminal, which `script` of util-linux makes for it. */
export class TopTerminal implements AsyncDisposable {
  readonly #script: LineProcess;

  /** Starts it. @param controlPort Of the server that it watches. */
  constructor(controlPort: number) {
    const command = [...hushcastCommand(), "top", "--port", String(controlPort)];
    const { columns, rows } = SIZE;
    // A terminal that nobody looks at has no size; `exec`, so that the process is that of `top`.
    const line = `stty rows ${rows} cols ${columns}; echo "pid=$$"; exec ${
      command.map(shellWord).join(" ")
    }`;
    this.#script = new LineProcess("script", ["-qfec", line, "/dev/null"], {
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      NO_COLOR: "",
    });
  }

  /** Looks for what it needs. @throws {MissingProgramError} If there is no such `script`. */
  static requireProgram(): void {
    // The `script` of other systems takes other options.
    if (Deno.build.os === "linux" && findProgram("script") !== undefined) return;
    throw new MissingProgramError("needs script of util-linux: apt-get install bsdutils");
  }

  /** Waits for its process. @returns The id. @throws {Error} If it does not start. */
  async pid(): Promise<number> {
    const [, pid] = await this.#script.line(/pid=(\d+)/);
    return Number(pid);
  }

  /**
   * Presses `q` and waits for the end.
   *
   * @returns All that was shown, with its control sequences.
   * @throws {Error} If it does not end, or not well.
   */
  async quit(): Promise<string> {
    await this.#script.type("q");
    const code = await this.#script.ended();
    if (code !== 0) throw new Error(`Cannot measure: hushcast top ended with ${code}`);
    return this.#script.stdout.join("\n");
  }

  /** Hangs up, which ends it if it has not ended yet. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#script[Symbol.asyncDispose]();
  }
}
