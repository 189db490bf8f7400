import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { HushcastError } from "../../../src/errors.ts";
import { temporaryDirectory } from "../../support/temporary_directory.ts";

/** What may not stand in a line that a person reads. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What became of a file that was read: what it held, or why it can't be used. */
export type FileOutcome<T> = { readonly value: T } | { readonly error: HushcastError };

/** A directory of its own with one file in it. */
export class FileStage implements AsyncDisposable {
  /** The file. */
  readonly path: string;

  private constructor(
    /** The directory. */
    readonly directory: string,
    readonly name: string,
    private readonly dispose: () => PromiseLike<void>,
  ) {
    this.path = join(directory, name);
  }

  /** Makes it, the file with these bytes. */
  static async with(name: string, bytes: Uint8Array): Promise<FileStage> {
    const directory = await temporaryDirectory();
    const stage = new FileStage(directory.path, name, () => directory[Symbol.asyncDispose]());
    Deno.writeFileSync(stage.path, bytes, { mode: 0o600 });
    return stage;
  }

  /** What the file holds now. */
  bytes(): Uint8Array {
    return Deno.readFileSync(this.path);
  }

  /**
   * Reads the file in some way, which may fail with a coded error of one line that names the file,
   * and must leave the file as it is then.
   *
   * @param read Reads it.
   * @throws {AssertionError} If it fails in any other way.
   */
  async read<T>(read: () => Promise<T>): Promise<FileOutcome<T>> {
    const before = this.bytes();
    try {
      return { value: await read() };
    } catch (error) {
      if (!(error instanceof HushcastError)) throw error;
      assert(error.code !== undefined && error.message.includes(this.path), error.message);
      assert(!UNPRINTABLE.test(error.message), JSON.stringify(error.message));
      assertEquals(this.bytes(), before);
      return { error };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }
}

/** Asserts that what was found in a file is just what was put there, if nothing was changed. */
export function assertAsWritten<T>(outcome: FileOutcome<T>, written: T): void {
  if ("error" in outcome) throw outcome.error;
  assertEquals(outcome.value, written);
}
