import { join } from "node:path";
import type { RsaModulusBits } from "../crypto/rsa.ts";
import { RsaKeyError } from "../crypto/rsa_error.ts";
import { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import { DirectServerError } from "./direct_server_error.ts";

const FILE_NAME = "direct_key.pem";

/** The server's RSA key, and where it comes from. */
export interface LoadedServerKey {
  readonly key: RsaPrivateKey;
  readonly path: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
}

/**
 * Reads the server's RSA key from the state directory, and makes one at the first start.
 *
 * The file `direct_key.pem` is PKCS #8 PEM, mode 0600. One that can't be read as such is never
 * replaced: clients have pinned what it held.
 *
 * @param stateDirectory The state directory.
 * @param bits Length of a new key; one that is kept stays as it is.
 * @param onMake Called before one is made, which can take seconds.
 * @throws {StateFileError} If the file can't be read or written.
 * @throws {DirectServerError} `KEY_FILE` if it holds something else.
 */
export async function loadServerKey(
  stateDirectory: string,
  bits: RsaModulusBits,
  onMake: () => void,
): Promise<LoadedServerKey> {
  const path = join(stateDirectory, FILE_NAME);
  const stored = await readStateFile(path);
  if (stored !== undefined) return { key: await readKey(path, stored), path, isNew: false };
  onMake();
  const { key, pem } = await RsaPrivateKey.generateForKeeping(bits);
  await writeStateFile(path, pem);
  return { key, path, isNew: true };
}

async function readKey(path: string, stored: Uint8Array): Promise<RsaPrivateKey> {
  try {
    return await RsaPrivateKey.import(stored);
  } catch (cause) {
    if (!(cause instanceof RsaKeyError)) throw cause;
    throw new DirectServerError(
      "KEY_FILE",
      `Cannot use ${path}: ${cause.message}; restore it, or move it away for a new key`,
      { cause },
    );
  }
}
