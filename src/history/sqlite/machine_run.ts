import { readFile } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";

/** Where Linux names the run of the machine, from one start to the next. */
const BOOT_ID_FILE = "/proc/sys/kernel/random/boot_id";

/** Name of its row in `meta`. */
const MARK = "machine_run";

/** `PRAGMA synchronous` with which a transaction ends when the disk has it. */
const FULL = 2;

/**
 * Reads what names this run of the machine.
 *
 * @returns A name, or `undefined` on a system that gives none.
 */
export async function readMachineRun(): Promise<string | undefined> {
  try {
    return (await readFile(BOOT_ID_FILE, "utf8")).trim() || undefined;
  } catch {
    // Other systems have no such file; a container may hide it.
    return undefined;
  }
}

/**
 * The mark in the file that says in which run of the machine messages were last added to it, until it
 * was closed. What SQLite has committed may be lost when the machine stops, and only then: the numbers
 * of such messages would be given out once more, and look as if they were those of before.
 */
export class RunMark {
  readonly #database: DatabaseSync;
  readonly #run: string;

  /**
   * @param database The file.
   * @param run What `readMachineRun` gave.
   */
  constructor(database: DatabaseSync, run: string | undefined) {
    this.#database = database;
    this.#run = run ?? "";
  }

  /** Whether the machine has stopped, as far as can be told, while the file was in use. */
  get isOfEarlierRun(): boolean {
    const mark = this.#read();
    return mark !== "" && this.#run !== "" && mark !== this.#run;
  }

  /** Makes the mark of this run. Returns when the disk has it, so before a message is added. */
  set(): void {
    if (this.#read() !== this.#run) this.#write(this.#run);
  }

  /** Takes the mark away. Returns when the disk has that, and everything that was added before. */
  clear(): void {
    if (this.#read() !== "") this.#write("");
  }

  #read(): string {
    const row = this.#database.prepare("SELECT value FROM meta WHERE name = ?").get(MARK);
    return row?.value instanceof Uint8Array ? new TextDecoder().decode(row.value) : "";
  }

  /** While the file is being opened that is how it is synced, and within that transaction it can't be set. */
  #write(text: string): void {
    const before = this.#database.prepare("PRAGMA synchronous").get()?.synchronous;
    if (before !== FULL) this.#database.exec(`PRAGMA synchronous = ${FULL}`);
    try {
      this.#database.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")
        .run(MARK, new TextEncoder().encode(text));
    } finally {
      if (before !== FULL) this.#database.exec(`PRAGMA synchronous = ${before}`);
    }
  }
}
