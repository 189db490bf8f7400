import { dirname } from "node:path";
import { StateFileError } from "./state_file.ts";

/**
 * Waits until no other process, and nothing else in this one, holds the lock of a file.
 *
 * The lock is the system's on a file of its own beside the other one, which is replaced at each
 * write, and a lock on it with it. When its holder dies the system lets go of it, so none is ever
 * left behind.
 *
 * @param path The file that is guarded, which need not be there; the lock is `path` and `.lock`.
 * @returns The lock; disposing of it lets the next one in.
 * @throws {StateFileError} If the lock can't be had.
 */
export async function lockFile(path: string): Promise<Disposable> {
  const lockPath = `${path}.lock`;
  try {
    await Deno.mkdir(dirname(lockPath), { recursive: true, mode: 0o700 });
    await using stack = new AsyncDisposableStack();
    const file = stack.use(await Deno.open(lockPath, { write: true, create: true, mode: 0o600 }));
    await file.lock(true);
    stack.move();
    return file;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StateFileError(`Cannot lock ${lockPath}: ${reason}`, { cause });
  }
}
