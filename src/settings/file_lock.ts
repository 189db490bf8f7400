import { dirname } from "node:path";
import { StateFileError } from "./state_file.ts";
import { systemReason } from "../observe/system_reason.ts";

/**
 * Waits until no other process, and nothing else in this one, holds the lock of a file.
 *
 * The lock is the system's on a file of its own beside the other one, which is replaced at each
 * write, and a lock on it with it. When its holder dies the system lets go of it, so none is ever
 * left behind.
 *
 * Where the file system knows no locks it lets everyone in: two that write at the same moment may
 * then lose what one of them added, which is better than that nobody can ever write.
 *
 * @param path The file that is guarded, which need not be there; the lock is `path` and `.lock`.
 * @returns The lock; disposing of it lets the next one in.
 * @throws {StateFileError} If the file of the lock can't be opened.
 */
export async function lockFile(path: string): Promise<Disposable> {
  const lockPath = `${path}.lock`;
  const file = await openLock(lockPath);
  try {
    await file.lock(true);
  } catch {
    // What is open and can't be locked is on a file system without locks.
  }
  return file;
}

async function openLock(path: string): Promise<Deno.FsFile> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await Deno.open(path, { write: true, create: true, mode: 0o600 });
  } catch (cause) {
    throw new StateFileError(`Cannot lock ${path}: ${systemReason(cause)}`, { cause });
  }
}
