import type { CliIo } from "./cli_io.ts";

const BAR_WIDTH = 30;

/** Back to the first column, then erase the line: ECMA-48, CR and EL. */
const ERASE_LINE = "\r\x1b[K";

/** How much of something is done, in units that the caller chooses. */
export interface Progress {
  /** Units that are done. */
  readonly done: number;
  /** Units in all. */
  readonly total: number;
}

/** What a progress bar says, and when it is worth showing. */
export interface ProgressBarOptions {
  /** What is sent. */
  readonly label: string;
  /** The fewest units for which a bar is shown. */
  readonly minTotal: number;
}

/** Shows how much of a message is sent. */
export interface ProgressBar extends AsyncDisposable {
  /** Shows a state; called as often as it changes. */
  show(state: Progress): void;
}

/**
 * Opens a progress bar on standard error, if that is a terminal; else one that shows nothing.
 *
 * @param io The process.
 * @param options What is sent, and from how many units on a bar is shown.
 * @returns The bar; disposing of it takes it off the screen.
 */
export function openProgressBar(io: CliIo, options: ProgressBarOptions): ProgressBar {
  return io.stderr.isTerminal ? new TerminalBar(io, options) : HIDDEN_BAR;
}

const HIDDEN_BAR: ProgressBar = {
  show() {},
  async [Symbol.asyncDispose]() {},
};

class TerminalBar implements ProgressBar {
  readonly #io: CliIo;
  readonly #options: ProgressBarOptions;
  #shownPercent = -1;
  #written: Promise<void> = Promise.resolve();

  constructor(io: CliIo, options: ProgressBarOptions) {
    this.#io = io;
    this.#options = options;
  }

  show({ done, total }: Progress): void {
    if (total < this.#options.minTotal) return;
    const percent = Math.floor(100 * done / total);
    if (percent === this.#shownPercent) return;
    this.#shownPercent = percent;
    const filled = "#".repeat(Math.round(percent * BAR_WIDTH / 100)).padEnd(BAR_WIDTH, ".");
    const line = `[${filled}] ${String(percent).padStart(3)}% ${this.#options.label}`;
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
