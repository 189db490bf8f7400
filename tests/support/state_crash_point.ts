/** A step of writing a file: what a crash can come before, or in the middle of. */
export type FileStep = "create" | "write" | "chown" | "sync" | "rename" | "remove";

/** Where a program stops, and how. */
export interface CrashOptions {
  /** Before which of its steps, from 0; without it, it goes on to the end. */
  readonly at?: number;
  /** Whether a write that it stops at is done by half. */
  readonly isHalfWritten?: boolean;
  /** What stopping is; the step that was to come is never taken when this does not return. */
  readonly crash: () => Promise<never>;
}

/** What is told of the steps that were taken. */
export interface StepListener {
  /** A file was created. */
  created?(path: string): void;
  /** A file was written to. */
  written?(path: string): void;
  /** A file's content, or a directory's names, are on the disk. */
  synced?(path: string): void;
  /** A file is about to get another name, and then has it. */
  renaming?(from: string, to: string): void;
  renamed?(from: string, to: string): void;
}

/**
 * Counts the steps by which this program writes files, and crashes it before one of them.
 *
 * It stands in for the functions of `Deno` that `src` writes with, so that what runs is what always
 * runs. Disposing of it puts them back.
 */
export class CrashPoint implements Disposable {
  /** The steps so far. */
  readonly steps: FileStep[] = [];
  readonly #options: CrashOptions;
  readonly #listener: StepListener;
  readonly #paths = new Map<Deno.FsFile, string>();
  readonly #restores: (() => void)[] = [];

  /** @param options Where to crash. @param listener Told of what was done. */
  constructor(options: CrashOptions, listener: StepListener = {}) {
    this.#options = options;
    this.#listener = listener;
    this.#standInForOpen();
    this.#standInForFile();
    this.#standInForNames();
  }

  /** Closes all that was opened meanwhile, as the end of a process does. */
  closeFiles(): void {
    for (const file of this.#paths.keys()) file[Symbol.dispose]();
    this.#paths.clear();
  }

  /** Lets everything be as it was. */
  [Symbol.dispose](): void {
    for (const restore of this.#restores.reverse()) restore();
    this.#restores.length = 0;
  }

  async #step(step: FileStep): Promise<void> {
    const isLast = this.steps.push(step) - 1 === this.#options.at;
    if (isLast) await this.#options.crash();
  }

  #standInForOpen(): void {
    const { open } = Deno;
    this.#replace(Deno, "open", async (path: string | URL, options?: Deno.OpenOptions) => {
      const isNew = options?.createNew || (options?.create && !exists(path));
      if (isNew) await this.#step("create");
      const file = await open(path, options);
      this.#paths.set(file, String(path));
      if (isNew) this.#listener.created?.(String(path));
      return file;
    });
  }

  #standInForFile(): void {
    const { write, sync } = Deno.FsFile.prototype;
    const take = (file: Deno.FsFile) => this.#paths.get(file) ?? "";
    const prepareWrite = async (file: Deno.FsFile, bytes: Uint8Array) => {
      if (this.#options.isHalfWritten && this.steps.length === this.#options.at) {
        await write.call(file, bytes.subarray(0, bytes.byteLength >> 1));
        this.#listener.written?.(take(file));
      }
      await this.#step("write");
    };
    const written = (file: Deno.FsFile) => this.#listener.written?.(take(file));
    const prepareSync = () => this.#step("sync");
    const synced = (file: Deno.FsFile) => this.#listener.synced?.(take(file));
    this.#replace(Deno.FsFile.prototype, "write", async function (this: Deno.FsFile, bytes) {
      await prepareWrite(this, bytes);
      const count = await write.call(this, bytes);
      written(this);
      return count;
    });
    this.#replace(Deno.FsFile.prototype, "sync", async function (this: Deno.FsFile) {
      await prepareSync();
      await sync.call(this);
      synced(this);
    });
  }

  #standInForNames(): void {
    const { rename, remove, chown } = Deno;
    this.#replace(Deno, "rename", async (from, to) => {
      await this.#step("rename");
      this.#listener.renaming?.(String(from), String(to));
      await rename(from, to);
      this.#listener.renamed?.(String(from), String(to));
    });
    this.#replace(Deno, "remove", async (path, options) => {
      await this.#step("remove");
      await remove(path, options);
    });
    this.#replace(Deno, "chown", async (path, uid, gid) => {
      await this.#step("chown");
      await chown(path, uid, gid);
    });
  }

  #replace<Owner extends object, Name extends keyof Owner>(
    owner: Owner,
    name: Name,
    value: Owner[Name],
  ): void {
    const former = owner[name];
    owner[name] = value;
    this.#restores.push(() => {
      owner[name] = former;
    });
  }
}

function exists(path: string | URL): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
