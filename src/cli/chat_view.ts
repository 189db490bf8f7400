import { escapeUnprintable } from "../observe/printable_text.ts";
import type { CliIo, TextOutput } from "./cli_io.ts";
import { printableMessage } from "./printable_message.ts";

/** Go down a line, scrolling at the bottom, and up again: now there is room below (ECMA-48). */
const MAKE_ROOM = "\x1bD\x1b[A";

/** Save the cursor; go to the first column; push this line and all below it down by one. */
const OPEN_LINE = "\x1b7\r\x1b[L";

/** Restore the cursor, and follow what was pushed down. */
const CLOSE_LINE = "\x1b8\x1b[B";

/** Shows a chat, a line at a time. */
export class ChatView {
  readonly #stdout: TextOutput;
  readonly #stderr: TextOutput;
  readonly #columns: number | undefined;

  /**
   * @param io The process. With a person at both ends, everything is put above the line that is being
   *   typed; else what is said goes to standard output, and news of the connection to standard error.
   */
  constructor(io: CliIo) {
    this.#stdout = io.stdout;
    this.#stderr = io.stderr;
    this.#columns = io.stdin.isTerminal && io.stdout.isTerminal ? io.columns : undefined;
  }

  /** Shows what someone said. Lines of others begin with `<`, and only theirs do. */
  async said(sender: string, payload: Uint8Array): Promise<void> {
    await this.#write(`<${escapeUnprintable(sender)}> ${printableMessage(payload)}`, this.#stdout);
  }

  /** Shows what happened among those who talk. */
  async happened(text: string): Promise<void> {
    await this.#write(`* ${escapeUnprintable(text)}`, this.#stdout);
  }

  /** Shows what only this user needs to know. */
  async noted(text: string): Promise<void> {
    await this.#write(`* ${escapeUnprintable(text)}`, this.#stderr);
  }

  async #write(line: string, output: TextOutput): Promise<void> {
    if (this.#columns === undefined) await output.write(`${line}\n`);
    else await this.#stdout.write(insertAbove(line, this.#columns));
  }
}

/**
 * Puts a line above the one that the cursor is in, and leaves that one and the cursor in it as they
 * are. What is being typed belongs to the terminal, which alone knows it; so it is moved, not
 * rewritten.
 *
 * @param line Printable text without line feeds; tabs become blanks.
 * @param columns Width of the terminal.
 * @returns Text and control sequences (ECMA-48, and DECSC and DECRC of the VT100).
 */
export function insertAbove(line: string, columns: number): string {
  return rowsOf(line, columns).map((row) => MAKE_ROOM + OPEN_LINE + row + CLOSE_LINE).join("");
}

/** Cuts a line where a terminal would wrap it; a row too short does no harm, one too long would. */
function rowsOf(line: string, columns: number): string[] {
  const rows: string[] = [];
  let row = "";
  let width = 0;
  for (const character of line.replaceAll("\t", "    ")) {
    // Beyond Latin, whether a character is wide differs from terminal to terminal.
    const characterWidth = character < "\u0300" ? 1 : 2;
    if (width + characterWidth >= columns && row !== "") {
      rows.push(row);
      row = "";
      width = 0;
    }
    row += character;
    width += characterWidth;
  }
  return [...rows, row];
}
