import { Buffer } from "node:buffer";

import { getRotatingFileSink } from "@logtape/file";
import type { Sink } from "@logtape/logtape";

import { FileHandler, type FileHandlerOptions } from "./file_handler.ts";
import type { LevelName } from "./levels.ts";
import { recordText } from "./text_record.ts";

/** Options of a {@linkcode RotatingFileHandler}. */
export interface RotatingFileHandlerOptions extends FileHandlerOptions {
  /** Size in bytes that the file does not grow beyond, 1 or more. */
  readonly maxBytes: number;
  /** How many full files are kept, 1 or more. */
  readonly maxBackupCount: number;
}

/**
 * Writes records to a file that is put aside when it is full: `log` becomes `log.1`, what was
 * `log.1` becomes `log.2`, and so on to `maxBackupCount`. No record is split between two files.
 */
export class RotatingFileHandler extends FileHandler {
  readonly #options: RotatingFileHandlerOptions;
  /** Size of the file with what was kept back, in bytes. */
  #fileBytes = 0;

  /**
   * Makes the handler; `setup` opens what it needs.
   *
   * @param levelName Records below this level are left out.
   * @param options Which file, how large and how many.
   */
  constructor(levelName: LevelName, options: RotatingFileHandlerOptions) {
    super(levelName, options);
    this.#options = options;
  }

  /**
   * Opens the file. With mode "w" the files put aside are removed, with mode "x" there may be none.
   *
   * @throws {Deno.errors.AlreadyExists} If the mode is "x" and one of the files exists.
   * @throws {Error} If a limit is below 1, or the file can't be opened.
   */
  override setup(): void {
    const { filename, mode, maxBytes, maxBackupCount } = this.#options;
    requirePositive("maxBytes", maxBytes);
    requirePositive("maxBackupCount", maxBackupCount);
    const backups = Array.from({ length: maxBackupCount }, (_, i) => `${filename}.${i + 1}`);
    if (mode === "x") backups.forEach(requireAbsent);
    super.setup();
    if (mode === "w") backups.forEach(removeIfPresent);
    this.#fileBytes = Deno.statSync(filename).size;
  }

  /**
   * Writes a text and a line end, at once or with the next ones, into a new file if the present one
   * would grow too large.
   *
   * @param msg One formatted record.
   * @throws {Error} If the file can't be written.
   */
  override log(msg: string): void {
    const bytes = Buffer.byteLength(msg) + 1;
    if (this.#fileBytes + bytes > this.#options.maxBytes) {
      // The sink rotates by what it is handed at once, so nothing may be kept back across the
      // border: this fills the old file, and the next text no longer fits.
      this.flush();
      this.#fileBytes = 0;
    }
    super.log(msg);
    this.#fileBytes += bytes;
  }

  /** Opens the sink that writes and rotates the file. */
  protected override openSink(): Sink & Disposable {
    const { filename, maxBytes, maxBackupCount } = this.#options;
    return getRotatingFileSink(filename, {
      formatter: recordText,
      bufferSize: 0,
      maxSize: maxBytes,
      maxFiles: maxBackupCount,
    });
  }
}

function requirePositive(name: string, value: number): void {
  if (value < 1) throw new Error(`"${name}" must be >= 1: received ${value}`);
}

function requireAbsent(path: string): void {
  if (exists(path)) throw new Deno.errors.AlreadyExists(`Backup log file ${path} already exists`);
}

function removeIfPresent(path: string): void {
  if (exists(path)) Deno.removeSync(path);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
