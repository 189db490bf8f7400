import { HushcastError } from "../errors.ts";
import type { SettingsEnvironment } from "../settings/settings_environment.ts";

/** Standard output or standard error. */
export interface TextOutput {
  /** Whether a person is likely to read it as it comes. */
  readonly isTerminal: boolean;

  /**
   * Writes text; several calls are written in the order in which they were made.
   *
   * @param text Whole lines, with their line feeds.
   * @returns When the text was handed to the system.
   * @throws {OutputClosedError} If the reader is gone.
   * @throws {OutputFailedError} If it takes no more for another reason, as a full disk.
   */
  write(text: string): Promise<void>;
}

/** Standard input. */
export interface TextInput {
  /** Whether a person is likely to type it. */
  readonly isTerminal: boolean;
  /** The bytes; read by one reader at most. */
  readonly readable: ReadableStream<Uint8Array>;
}

/** How much a terminal shows. */
export interface TerminalSize {
  /** Cells of a line, 1 or more. */
  readonly columns: number;
  /** Lines, 1 or more. */
  readonly rows: number;
}

/** The terminal that is both standard input and standard output. */
export interface Terminal {
  /**
   * Its size at this moment.
   *
   * @throws {OutputClosedError} If it has hung up.
   */
  size(): TerminalSize;

  /**
   * Switches its keyboard.
   *
   * @param isRaw Whether each key is to be read at once, and unseen, Ctrl-C too; else whole lines.
   * @throws {OutputClosedError} If it has hung up.
   */
  setRaw(isRaw: boolean): void;

  /**
   * Watches for another size.
   *
   * @param listener Called after each change, where the platform tells of it.
   * @returns Ends the watch.
   */
  onResize(listener: () => void): () => void;

  /**
   * Watches for the process going on after it was stopped. Meanwhile the terminal was the shell's,
   * which has set it up anew.
   *
   * @param listener Called each time, where the platform tells of it.
   * @returns Ends the watch.
   */
  onResume(listener: () => void): () => void;
}

/** All that a command has to do with the process it runs in; tests hand in their own. */
export interface CliIo {
  /** What `--version` prints, without a line feed. */
  readonly version: string;
  /** Standard input. */
  readonly stdin: TextInput;
  /** Standard output: data only. */
  readonly stdout: TextOutput;
  /** Standard error: logs, progress and errors. */
  readonly stderr: TextOutput;
  /** The terminal, where there is one at both ends that can move its cursor. */
  readonly terminal?: Terminal;
  /** Columns of the terminal, 80 when there is none. */
  readonly columns: number;
  /** Whether `NO_COLOR` forbids colour. */
  readonly noColor: boolean;
  /** Aborted by SIGINT or SIGTERM, with an {@linkcode InterruptedError} as its reason. */
  readonly signal: AbortSignal;
  /** Environment variables and files, for the settings. */
  readonly environment: SettingsEnvironment;
}

/** Raised by a write to an output whose reader is gone, as in `hushcast listen | head -1`. */
export class OutputClosedError extends HushcastError {
  /** Stable name of this failure. */
  readonly code = "OUTPUT_CLOSED";
}

/** Raised by a write to an output that takes no more, as a file on a full disk. */
export class OutputFailedError extends HushcastError {
  /** Stable name of this failure. */
  readonly code = "OUTPUT_FAILED";
}

/** Whether an error only says that an output takes no more. */
export function isOutputError(error: unknown): boolean {
  return error instanceof OutputClosedError || error instanceof OutputFailedError;
}

/** The reason of {@linkcode CliIo.signal}; a command that lets it through exits with 130. */
export class InterruptedError extends HushcastError {
  /** Stable name of this failure. */
  readonly code = "INTERRUPTED";
}
