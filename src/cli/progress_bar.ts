import type { SendProgress } from "../client/pending_sends.ts";
import type { CliIo } from "./cli_io.ts";

/** Messages of fewer datagrams are gone before anyone could read a bar. */
const MIN_DATAGRAMS = 200;

const BAR_WIDTH = 30;

/** Back to the first column, then erase the line: ECMA-48, CR and EL. */
const ERASE_LINE = "\r\x1b[K";

/** Shows how much of a message has left. */
export interface ProgressBar extends AsyncDisposable {
  /** Shows a state; called as often as it changes. */
  show(state: SendProgress): void;
}

/**
 * Opens a progress bar on standard error, if that is a terminal; else one that shows nothing.
 *
 * @param io The process.
 * @param label What is sent.
 * @returns The bar; disposing of it takes it off the screen.
 */
export function openProgressBar(io: CliIo, label: string): ProgressBar {
  return io.stderr.isTerminal ? new TerminalBar(io, label) : HIDDEN_BAR;
}

const HIDDEN_BAR: ProgressBar = {
  show() {},
  async [Symbol.asyncDispose]() {},
};

class TerminalBar implements ProgressBar {
  readonly #io: CliIo;
  readonly #label: string;
  #shownPercent = -1;
  #written: Promise<void> = Promise.resolve();

  constructor(io: CliIo, label: string) {
    this.#io = io;
    this.#label = label;
  }

  show({ sentDatagrams, totalDatagrams }: SendProgress): void {
    if (totalDatagrams < MIN_DATAGRAMS) return;
    const percent = Math.floor(100 * sentDatagrams / totalDatagrams);
    if (percent === this.#shownPercent) return;
    this.#shownPercent = percent;
    const filled = "#".repeat(Math.round(percent * BAR_WIDTH / 100)).padEnd(BAR_WIDTH, ".");
    const line = `[${filled}] ${String(percent).padStart(3)}% ${this.#label}`;
    this.#write(ERASE_LINE + line.slice(0, this.#io.columns - 1));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#shownPercent >= 0) this.#write(ERASE_LINE);
    await this.#written;
  }

  /** One write after the other; a terminal that is gone must not end the sending. */
  #write(text: string): void {
    this.#written = this.#written
      .then(() => this.#io.stderr.write(text))
      .catch(() => undefined);
  }
}
