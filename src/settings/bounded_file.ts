import { concat } from "@std/bytes";
import { HushcastError } from "../errors.ts";
import { StateFileError } from "./state_file.ts";
import { systemReason } from "../observe/system_reason.ts";

/** Raised when a file is longer than anything that could be meant. */
export class FileTooLongError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "FILE_TOO_LONG";
}

/** The most that is read at once, bytes. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Reads a file that a person has named, so that a wrong name (a device, a film) costs little.
 *
 * @param path The file; a pipe is read to its end.
 * @param maxBytes The most that it may hold.
 * @returns Its bytes, or `undefined` when there is none.
 * @throws {FileTooLongError} If it holds more.
 * @throws {StateFileError} If it can't be read.
 */
export async function readBoundedFile(
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  try {
    using file = await Deno.open(path);
    return await readToEnd(file, path, maxBytes);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    if (cause instanceof FileTooLongError) throw cause;
    throw new StateFileError(`Cannot read ${path}: ${systemReason(cause)}`, { cause });
  }
}

async function readToEnd(file: Deno.FsFile, path: string, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, maxBytes + 1));
  for (let read = await file.read(chunk); read !== null; read = await file.read(chunk)) {
    bytes += read;
    if (bytes > maxBytes) {
      throw new FileTooLongError(`Cannot read ${path}: want at most ${maxBytes} bytes`);
    }
    chunks.push(chunk.slice(0, read));
  }
  return concat(chunks);
}
