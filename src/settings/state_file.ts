import { dirname } from "node:path";
import { HushcastError } from "../errors.ts";

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
    throw new StateFileError(`Cannot read ${path}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Writes a file of the state directory, so that a reader, or a crash at any moment, finds either
 * the old content or the new one, and never a part. The file stays its owner's: what root writes
 * for a server that runs as someone else is of no use if that one can't read it.
 *
 * @param path The file; its directory is made (mode 0700) when missing.
 * @param bytes The whole new content.
 * @throws {StateFileError} If it can't be written, or is another user's and we are not root.
 */
export async function writeStateFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.new-${crypto.randomUUID()}`;
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeSynced(temporary, bytes);
    await keepOwner(path, temporary);
    await Deno.rename(temporary, path);
  } catch (cause) {
    await Deno.remove(temporary).catch(() => undefined);
    throw new StateFileError(`Cannot write ${path}: ${reasonOf(cause)}`, { cause });
  }
}

async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  // 0600 from the start: between a create and a chmod the secret would be open to others.
  using file = await Deno.open(path, { write: true, createNew: true, mode: 0o600 });
  let written = 0;
  while (written < bytes.byteLength) written += await file.write(bytes.subarray(written));
  await file.sync();
}

/** A rename replaces the file, and with it its owner. */
async function keepOwner(path: string, temporary: string): Promise<void> {
  const before = await ownerOf(path);
  if (before === undefined || before.uid === (await ownerOf(temporary))?.uid) return;
  await Deno.chown(temporary, before.uid, before.gid);
}

/** `undefined` when there is no file, or no owners on this system. */
async function ownerOf(path: string): Promise<{ uid: number; gid: number | null } | undefined> {
  try {
    const { uid, gid } = await Deno.stat(path);
    return uid === null ? undefined : { uid, gid };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
