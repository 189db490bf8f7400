import { BaseHandler, type BaseHandlerOptions, type LevelName } from "@std/log";

/** The part of a file that {@linkcode StderrHandler} writes to. */
export interface SyncWriter {
  /** Writes some of the bytes, at least one; returns how many. */
  writeSync(bytes: Uint8Array): number;
}

/** Options of a {@linkcode StderrHandler}. */
export interface StderrHandlerOptions extends BaseHandlerOptions {
  /** Where the lines go; standard error by default. */
  readonly writer?: SyncWriter;
}

const LINE_END = "\n";

/**
 * Writes log lines to standard error, each at once, so that none is lost when the program is killed.
 *
 * A line that can't be written is counted and forgotten. Standard error may be a pipe whose reader
 * is gone, or a terminal that was closed; neither may end a server that works, and there is no
 * other place to complain to.
 */
export class StderrHandler extends BaseHandler {
  readonly #writer: SyncWriter;
  readonly #encoder = new TextEncoder();
  #isGone = false;
  #isMidLine = false;
  #lostLines = 0;

  /**
   * Makes the handler.
   *
   * @param levelName Records below this level are left out.
   * @param options How records are written, and where.
   */
  constructor(levelName: LevelName, options: StderrHandlerOptions = {}) {
    super(levelName, options);
    this.#writer = options.writer ?? Deno.stderr;
  }

  /** How many lines could not be written, or not to their end. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /**
   * Writes a line, or counts it as lost.
   *
   * @param msg One formatted record.
   */
  override log(msg: string): void {
    try {
      if (!this.#isGone) return this.#write(msg);
    } catch (error) {
      // These two last; anything else (a full pipe, a full disk) may be over at the next line.
      this.#isGone = error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.BadResource;
    }
    this.#lostLines++;
  }

  #write(msg: string): void {
    // The end that a line cut short did not get, so that this one does not continue it.
    const start = this.#isMidLine ? LINE_END : "";
    const bytes = this.#encoder.encode(`${start}${msg}${LINE_END}`);
    for (let written = 0; written < bytes.length;) {
      written += this.#writer.writeSync(bytes.subarray(written));
      this.#isMidLine = written < bytes.length;
    }
  }
}
