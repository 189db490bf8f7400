import { type LevelName, RotatingFileHandler } from "@std/log";

/** How long a line may wait to be written to the file, in milliseconds. */
const FLUSH_DELAY_MS = 1_000;

/** Bytes of lines kept back at most; under a flood of lines the file is written in such portions. */
const BUFFER_BYTES = 65_536;

/** Runs a task once, after a delay; the function that it returns calls the task off. */
export type Defer = (task: () => void, delayMs: number) => () => void;

/** Which file a log goes to. */
export interface LogFile {
  /** Path of the file; when it is full it becomes `path.1`, and so on. */
  readonly path: string;
  /** Size in bytes that it does not grow beyond, 1 or more. */
  readonly maxBytes: number;
  /** How many full files are kept, 1 or more. */
  readonly maxBackupCount: number;
}

/** Options of a {@linkcode LogFileHandler}. */
export interface LogFileHandlerOptions extends LogFile {
  /** How records are written. */
  readonly formatter: RotatingFileHandler["formatter"];
  /** Called when writing fails after it worked. */
  readonly onFailure: (error: unknown) => void;
  /** The timer; a test hands in its own. */
  readonly defer?: Defer;
}

/**
 * Writes log lines to a rotating file, within a second and several at once.
 *
 * Lines that can't be written, since the disk is full or the folder gone, are forgotten: they may
 * not end a server that works. The first failure after a success is reported.
 */
export class LogFileHandler extends RotatingFileHandler {
  readonly #onFailure: (error: unknown) => void;
  readonly #defer: Defer;
  #cancelFlush: (() => void) | undefined;
  #isFailing = false;
  #failedWrites = 0;

  /**
   * Makes the handler; the set-up of the log opens the file.
   *
   * @param levelName Records below this level are left out.
   * @param options Which file, and how it is written.
   */
  constructor(levelName: LevelName, options: LogFileHandlerOptions) {
    super(levelName, {
      filename: options.path,
      maxBytes: options.maxBytes,
      maxBackupCount: options.maxBackupCount,
      bufferSize: BUFFER_BYTES,
      formatter: options.formatter,
    });
    this.#onFailure = options.onFailure;
    this.#defer = options.defer ?? deferByTimer;
  }

  /** How often the file could not be written; each time may have cost several lines. */
  get failedWrites(): number {
    return this.#failedWrites;
  }

  /**
   * Takes a line, to be written within a second.
   *
   * @param msg One formatted record.
   */
  override log(msg: string): void {
    this.#attempt(() => super.log(msg));
    this.#cancelFlush ??= this.#defer(() => this.flush(), FLUSH_DELAY_MS);
  }

  /** Writes the lines that wait. */
  override flush(): void {
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#attempt(() => {
      super.flush();
      this.#isFailing = false;
    });
  }

  /** Writes the lines that wait and closes the file. */
  override destroy(): void {
    this.#attempt(() => super.destroy());
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
  }

  #attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#failedWrites++;
      if (this.#isFailing) return;
      // Set first: the report is logged, and so comes back here.
      this.#isFailing = true;
      this.#onFailure(error);
    }
  }
}

function deferByTimer(task: () => void, delayMs: number): () => void {
  const timer = setTimeout(task, delayMs);
  // A line that waits must not keep a program running; the end of the program writes it anyway.
  Deno.unrefTimer(timer);
  return () => clearTimeout(timer);
}
