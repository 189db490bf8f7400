import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { HushcastError } from "../errors.ts";
import { systemReason } from "../observe/system_reason.ts";

/** Stands between a file's name and a random number in the name of its new content. */
const NEW_MARK = ".new-";

/** What a file is called while it is written; see {@linkcode writeStateFile}. */
const UNFINISHED_NAME = /^(?<file>.+)\.new-[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Nobody takes so long to write a file, milliseconds: what is older was left behind by a process
 * that was killed, or by a machine that lost its power.
 */
const UNFINISHED_MS = 60_000;

/** Raised when a file of the state directory can't be read or written. */
export class StateFileError extends HushcastError {
  /** Stable name of this error. */
  readonly code = "STATE_FILE";
}

/**
 * Reads a file of the state directory.
 *
 * @param path The file.
 * @returns Its bytes, or `undefined` when there is none.
 * @throws {StateFileError} If it is there but can't be read.
 */
export async function readStateFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await Deno.readFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return undefined;
    throw new StateFileError(`Cannot read ${path}: ${systemReason(cause)}`, { cause });
  }
}

/**
 * Writes a file of the state directory, so that a reader, or a crash at any moment, finds either
 * the old content or the new one, and never a part. What was written once this returns outlives a
 * loss of power. The file stays its owner's: what root writes for a server that runs as someone else
 * is of no use if that one can't read it.
 *
 * @param path The file; its directory is made (mode 0700) when missing.
 * @param bytes The whole new content.
 * @throws {StateFileError} If it can't be written, or is another user's and we are not root.
 */
export async function writeStateFile(path: string, bytes: Uint8Array): Promise<void> {
  const directory = dirname(path);
  const unfinished = `${path}${NEW_MARK}${crypto.randomUUID()}`;
  try {
    await makeDirectory(directory);
    await removeUnfinished(directory, basename(path));
    await writeSynced(unfinished, bytes, await ownerOf(path));
    await Deno.rename(unfinished, path);
    await syncDirectory(directory);
  } catch (cause) {
    await Deno.remove(unfinished).catch(() => undefined);
    throw new StateFileError(`Cannot write ${path}: ${systemReason(cause)}`, { cause });
  }
}

/**
 * Removes what processes have left behind that were killed while they wrote a file of a directory.
 *
 * @param directory The directory. What can't be removed, or read, is left alone.
 * @param name The file that was written; by default any.
 */
export async function removeUnfinished(directory: string, name?: string): Promise<void> {
  try {
    for await (const entry of Deno.readDir(directory)) {
      const file = UNFINISHED_NAME.exec(entry.name)?.groups?.file;
      if (file === undefined || (name !== undefined && file !== name)) continue;
      const path = join(directory, entry.name);
      if (isLeftBehind(await Deno.stat(path))) await Deno.remove(path);
    }
  } catch {
    // It takes room, and does no harm.
  }
}

/** Also when the clock was set back since. */
function isLeftBehind({ mtime }: Deno.FileInfo): boolean {
  return mtime !== null && Math.abs(Date.now() - mtime.getTime()) > UNFINISHED_MS;
}

/** The entry of a new directory is in the one above it. */
async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory;; made = dirname(made)) {
    await syncDirectory(dirname(made));
    if (made === first || made === dirname(made)) return;
  }
}

/** A rename replaces the file, and with it its owner. */
interface Owner {
  readonly uid: number;
  readonly gid: number | null;
}

async function writeSynced(
  path: string,
  bytes: Uint8Array,
  owner: Owner | undefined,
): Promise<void> {
  // 0600 from the start: between a create and a chmod the secret would be open to others.
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  let written = 0;
  while (written < bytes.byteLength) written += await file.write(bytes.subarray(written));
  if (owner !== undefined && owner.uid !== (await ownerOf(path))?.uid) {
    await Deno.chown(path, owner.uid, owner.gid);
  }
  // Before the rename: after a loss of power there may be the new name, and nothing in it.
  await file.sync();
}

/** `undefined` when there is no file, or no owners on this system. */
async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    const { uid, gid } = await Deno.stat(path);
    return uid === null ? undefined : { uid, gid };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Waits until the disk has the names in a directory: a rename is one of the directory, not of the
 * file. Where the system opens no directories, as on Windows, or syncs none, it is left at that.
 */
async function syncDirectory(path: string): Promise<void> {
  try {
    using directory = await Deno.open(path);
    await directory.sync();
  } catch (error) {
    if (isDiskError(error)) throw error;
  }
}

function isDiskError(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    (error.code === "EIO" || error.code === "ENOSPC");
}
