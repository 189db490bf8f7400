import { type CliIo, OutputClosedError, type Terminal, type TerminalSize } from "../cli_io.ts";
import { CLOSE_SCREEN, frameOf, OPEN_SCREEN } from "./top_frame.ts";
import type { TopLine } from "./top_line.ts";

/** The terminal as a whole screen, from `open` to its disposal. */
export class TopScreen implements AsyncDisposable {
  /** Rejects when the screen can't be written to any more; never resolves. */
  readonly failed: Promise<never>;
  readonly #io: Pick<CliIo, "stdout" | "noColor">;
  readonly #terminal: Terminal;
  readonly #render: (size: TerminalSize) => readonly TopLine[];
  readonly #fail: (error: unknown) => void;
  #writing: Promise<void> | undefined;
  #isStale = false;
  #isTakenAway = false;
  #isClosed = false;

  private constructor(
    io: Pick<CliIo, "stdout" | "noColor">,
    terminal: Terminal,
    render: (size: TerminalSize) => readonly TopLine[],
  ) {
    this.#io = io;
    this.#terminal = terminal;
    this.#render = render;
    const failure = Promise.withResolvers<never>();
    failure.promise.catch(() => undefined); // nobody may be waiting for it
    this.failed = failure.promise;
    this.#fail = failure.reject;
  }

  /**
   * Takes the screen over.
   *
   * @param io The process.
   * @param terminal Its terminal.
   * @param render Gives the lines that are to be seen at the moment.
   * @returns The screen; disposing of it leaves the terminal as it was.
   * @throws {OutputClosedError} If the terminal is gone.
   */
  static async open(
    io: Pick<CliIo, "stdout" | "noColor">,
    terminal: Terminal,
    render: (size: TerminalSize) => readonly TopLine[],
  ): Promise<TopScreen> {
    const screen = new TopScreen(io, terminal, render);
    terminal.setRaw(true);
    try {
      await io.stdout.write(OPEN_SCREEN);
      return screen;
    } catch (error) {
      await screen[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Shows what is to be seen now. A terminal that is slower than the news gets only the latest.
   */
  draw(): void {
    this.#isStale = true;
    this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  /** Takes the screen over once more, after somebody else had it. */
  takeBack(): void {
    this.#isTakenAway = true;
    this.draw();
  }

  /** Leaves the terminal as it was; twice is safe. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#terminal.setRaw(false);
      await this.#io.stdout.write(CLOSE_SCREEN);
    } catch (error) {
      // A terminal that is gone needs no tidying up.
      if (!(error instanceof OutputClosedError)) throw error;
    }
  }

  async #write(): Promise<void> {
    try {
      while (this.#isStale && !this.#isClosed) {
        this.#isStale = false;
        const opening = this.#reopen();
        const size = this.#terminal.size();
        const options = { size, hasColor: !this.#io.noColor };
        await this.#io.stdout.write(opening + frameOf(this.#render(size), options));
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #reopen(): string {
    if (!this.#isTakenAway) return "";
    this.#isTakenAway = false;
    this.#terminal.setRaw(true);
    return OPEN_SCREEN;
  }
}
