import { join } from "node:path";
import { Identity, IdentityError } from "../crypto/identity.ts";
import { HushcastError } from "../errors.ts";
import { isOpenToOthers } from "../settings/open_to_others.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";

const FILE_NAME = "identity.pk8";

/** Raised when the identity file does not hold an identity. */
export class IdentityFileError extends HushcastError {
  readonly code = "IDENTITY_FILE";
}

/** The identity of this machine's relay, and whether it was made just now. */
export interface LoadedIdentity {
  readonly identity: Identity;
  readonly path: string;
  readonly isNew: boolean;
  /** Whether others on this machine can use it, and so pose as the relay. */
  readonly isExposed: boolean;
}

/**
 * Reads the relay's identity from the state directory, and makes one at the first start.
 *
 * The file `identity.pk8` is the private key in PKCS #8, DER, mode 0600. One that can't be read as
 * such is never replaced: clients have pinned what it held.
 *
 * @param stateDirectory The state directory.
 * @throws {StateFileError} If the file can't be read or written.
 * @throws {IdentityFileError} If it holds something else.
 * @see PROTOCOL 1.3
 */
export async function loadIdentity(stateDirectory: string): Promise<LoadedIdentity> {
  const path = join(stateDirectory, FILE_NAME);
  const stored = await readStateFile(path);
  if (stored !== undefined) {
    const identity = await readIdentity(path, stored);
    return { identity, path, isNew: false, isExposed: await isOpenToOthers(path) };
  }
  const identity = await Identity.generate();
  await writeStateFile(path, await identity.exportPkcs8());
  return { identity, path, isNew: true, isExposed: false };
}

async function readIdentity(path: string, stored: Uint8Array): Promise<Identity> {
  try {
    return await Identity.import(stored);
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause;
    throw new IdentityFileError(
      `Cannot use ${path}: it holds no Ed25519 key; restore it, or move it away for a new identity`,
      { cause },
    );
  }
}
