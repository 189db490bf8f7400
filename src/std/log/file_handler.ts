import { Buffer } from "node:buffer";

import { getFileSink } from "@logtape/file";
import type { Sink } from "@logtape/logtape";

import { BaseHandler, type BaseHandlerOptions } from "./base_handler.ts";
import { type LevelName, LogLevels } from "./levels.ts";
import type { LogRecord } from "./log_record.ts";
import { recordText, textRecord } from "./text_record.ts";

/** What to do with a file that exists: append to it, empty it, or refuse. */
export type LogMode = "a" | "w" | "x";

/** Options of a {@linkcode FileHandler}. */
export interface FileHandlerOptions extends BaseHandlerOptions {
  /** Path of the file. */
  readonly filename: string;
  /** What to do with a file that exists; by default it is appended to. */
  readonly mode?: LogMode;
  /** Bytes kept back before they are written together; 4,096 by default. */
  readonly bufferSize?: number;
}

/**
 * Writes records to a file, a line each. What is kept back is written when `bufferSize` is reached,
 * after a CRITICAL record, by `flush`, by `destroy` and when the program ends.
 */
export class FileHandler extends BaseHandler {
  readonly #filename: string;
  readonly #mode: LogMode;
  readonly #bufferSize: number;
  #sink: (Sink & Disposable) | undefined;
  #isOpen = false;
  #kept: string[] = [];
  #keptBytes = 0;
  readonly #onUnload = (): void => this.destroy();

  /**
   * Makes the handler; `setup` opens what it needs.
   *
   * @param levelName Records below this level are left out.
   * @param options Which file, and how it is written.
   */
  constructor(levelName: LevelName, options: FileHandlerOptions) {
    super(levelName, options);
    this.#filename = options.filename;
    this.#mode = options.mode ?? "a";
    this.#bufferSize = options.bufferSize ?? 4096;
  }

  /**
   * Opens the file.
   *
   * @throws {Deno.errors.AlreadyExists} If the mode is "x" and the file exists.
   * @throws {Error} If it can't be opened; the class says why, as with `Deno.openSync`.
   */
  override setup(): void {
    if (this.#mode !== "a") claimFile(this.#filename, this.#mode);
    this.#sink = this.openSink();
    this.#isOpen = true;
    addEventListener("unload", this.#onUnload);
  }

  /**
   * Writes a record, if its level is not too low.
   *
   * @param logRecord The record.
   */
  override handle(logRecord: LogRecord): void {
    super.handle(logRecord);
    if (logRecord.level > LogLevels.ERROR) this.flush();
  }

  /**
   * Writes a text and a line end, at once or with the next ones.
   *
   * @param msg One formatted record.
   * @throws {Error} If the file can't be written.
   */
  override log(msg: string): void {
    const bytes = Buffer.byteLength(msg) + 1;
    if (this.#keptBytes + bytes > this.#bufferSize) this.flush();
    this.#kept.push(`${msg}\n`);
    this.#keptBytes += bytes;
    if (bytes > this.#bufferSize) this.flush();
  }

  /**
   * Writes what was kept back, or forgets it if the file is not open.
   *
   * @throws {Error} If the file can't be written; what was kept back is lost then.
   */
  flush(): void {
    const text = this.#kept.join("");
    this.#kept = [];
    this.#keptBytes = 0;
    if (!this.#isOpen || text === "") return;
    try {
      this.#write(text);
    } catch (error) {
      // Rotating closes the file before it renames it. If that fails, because somebody took the
      // file away, the sink stays closed for good; so the same is written with a new one.
      if (!isClosedByRotation(error)) throw error;
      this.#closeSink();
      this.#write(text);
    }
  }

  /** Writes what was kept back and closes the file. */
  override destroy(): void {
    removeEventListener("unload", this.#onUnload);
    try {
      this.flush();
    } finally {
      this.#isOpen = false;
      this.#closeSink();
    }
  }

  /** Opens the sink that writes the file: each text at once, as this class keeps them back. */
  protected openSink(): Sink & Disposable {
    return getFileSink(this.#filename, { formatter: recordText, bufferSize: 0 });
  }

  #write(text: string): void {
    this.#sink ??= this.openSink();
    this.#sink(textRecord(text));
  }

  #closeSink(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    try {
      sink?.[Symbol.dispose]();
    } catch (error) {
      // Closed already: see flush().
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

function isClosedByRotation(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.BadResource;
}

function claimFile(filename: string, mode: "w" | "x"): void {
  const options = mode === "x" ? { createNew: true } : { create: true, truncate: true };
  Deno.openSync(filename, { write: true, ...options }).close();
}
