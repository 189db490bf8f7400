import { join } from "node:path";
import { Fernet, FernetError } from "../../crypto/fernet.ts";
import { readStateFile, writeStateFile } from "../../settings/state_file.ts";
import { HistoryFileError } from "./history_file_error.ts";
import { HistoryKey } from "./history_key.ts";

const FILE_NAME = "history.key";

/** The key of a history in the state directory: the file `history.key`, its text and LF, mode 0600. */
export class HistoryKeyFile {
  /** Where it is. */
  readonly path: string;

  /** @param directory The state directory. */
  constructor(directory: string) {
    this.path = join(directory, FILE_NAME);
  }

  /**
   * Reads the key.
   *
   * @returns It, or `undefined` when there is no file.
   * @throws {StateFileError} If the file can't be read.
   * @throws {HistoryFileError} If it holds something else.
   */
  async read(): Promise<HistoryKey | undefined> {
    const bytes = await readStateFile(this.path);
    if (bytes === undefined) return undefined;
    try {
      return new HistoryKey(new TextDecoder().decode(bytes).replace(/\r?\n$/, ""));
    } catch (cause) {
      if (!(cause instanceof FernetError)) throw cause;
      throw new HistoryFileError(
        "HISTORY_KEY_MALFORMED",
        `Cannot use ${this.path}: it holds no key; restore it, or move it and the history away`,
        { cause },
      );
    }
  }

  /**
   * Makes a new key, and writes it.
   *
   * @throws {StateFileError} If the file can't be written.
   */
  async make(): Promise<HistoryKey> {
    const text = Fernet.generateKey();
    await writeStateFile(this.path, new TextEncoder().encode(`${text}\n`));
    return new HistoryKey(text);
  }
}
