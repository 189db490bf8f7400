import { assertMatch } from "@std/assert";
import { hushcastCommand } from "../../scripts/hushcast_process.ts";
import { CLOSE_SCREEN } from "../../src/cli/top/top_frame.ts";
import { TerminalScreen } from "../cli/top/top_terminal_screen.ts";
import { PythonPeer } from "../support/python.ts";

/** How long anything may take, milliseconds; a busy machine is slow. */
const PATIENCE_MS = 20_000;

const SIZE = { columns: 100, rows: 16 };

/** How a program in a terminal ended. */
export interface TerminalEnd {
  readonly code: number;
  /** Whether the keyboard is as it was before. */
  readonly isRestored: boolean;
}

/** `hushcast` in a pseudo-terminal of the system, and what it shows there. */
export class HushcastTerminal implements AsyncDisposable {
  readonly screen = new TerminalScreen(SIZE.columns, SIZE.rows);
  readonly #peer: PythonPeer;
  #unread = "";

  private constructor(peer: PythonPeer) {
    this.#peer = peer;
  }

  /**
   * Starts it.
   *
   * @param python What runs the pseudo-terminal.
   * @param args Its command line.
   * @param environment Variables beside those of this process.
   */
  static async start(
    python: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<HushcastTerminal> {
    const peer = new PythonPeer(python, new URL("top_terminal.py", import.meta.url));
    const terminal = new HushcastTerminal(peer);
    const command = [...hushcastCommand(), ...args];
    const variables = { TERM: "xterm-256color", NO_COLOR: "", ...environment };
    await peer.request({ do: "start", command, ...SIZE, environment: variables });
    return terminal;
  }

  /** Waits until the screen shows something. */
  async shows(pattern: RegExp): Promise<void> {
    const giveUpMs = performance.now() + PATIENCE_MS;
    while (!pattern.test(this.screen.text) && performance.now() < giveUpMs) {
      this.#take(await this.#peer.request({ do: "read", seconds: 0.1 }));
    }
    assertMatch(this.screen.text, pattern);
  }

  /** Presses keys. */
  async type(text: string): Promise<void> {
    await this.#peer.request({ do: "type", text });
  }

  /** Gives the terminal another size. */
  async resize(columns: number, rows: number): Promise<void> {
    this.screen.resize(columns, rows);
    await this.#peer.request({ do: "resize", columns, rows });
  }

  /** Sends the program a signal. */
  async signal(name: "SIGINT" | "SIGTERM"): Promise<void> {
    await this.#peer.request({ do: "signal", name });
  }

  /** Stops the program, gives its terminal to somebody else for a while, and lets it go on. */
  async stopAndResume(): Promise<void> {
    this.screen.write(CLOSE_SCREEN);
    await this.#peer.request({ do: "stop_and_resume" });
  }

  /** Waits for the program's end. */
  async ended(): Promise<TerminalEnd> {
    const reply = await this.#peer.request({ do: "end", seconds: PATIENCE_MS / 1000 });
    this.#take(reply);
    // Checked: the script beside this file makes it so.
    const { code, isRestored } = reply as TerminalEnd;
    return { code, isRestored };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer[Symbol.asyncDispose]();
  }

  #take(reply: unknown): void {
    // Checked: the script beside this file makes it so.
    const text = this.#unread + (reply as { readonly text: string }).text;
    // A sequence may be torn between two reads.
    // deno-lint-ignore no-control-regex
    const torn = /\x1b(?:\[[?0-9;]*)?$/.exec(text)?.index ?? text.length;
    this.#unread = text.slice(torn);
    this.screen.write(text.slice(0, torn));
  }
}
