import { join } from "node:path";
import { Fernet, FernetError } from "../crypto/fernet.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";
import { readSecretFile } from "./secret_file.ts";

/** Name of the file with the cluster key within the state directory, where no other is named. */
export const CLUSTER_KEY_FILE = "cluster.key";

/** Where the key of a cluster is. */
export interface ClusterKeySettings {
  /** `--cluster-key-file` */
  readonly clusterKeyFile: string | undefined;
  /** The state directory. */
  readonly state: string;
}

/**
 * Reads the key that all relays of a cluster share. Where no file is named and there is none in the
 * state directory, a new one is made there, to be copied to the other relays.
 *
 * @param settings Where it is.
 * @param logger Told that a key was made, or that others can read it.
 * @returns A Fernet key, 44 characters; a secret.
 * @throws {ExitCodeError} With `failed` if the file can't be read or holds no key.
 * @throws {StateFileError} If a new key can't be written.
 */
export async function readClusterKey(
  { clusterKeyFile, state }: ClusterKeySettings,
  logger: EventLogger,
): Promise<string> {
  const path = clusterKeyFile ?? join(state, CLUSTER_KEY_FILE);
  if (clusterKeyFile === undefined && await readStateFile(path) === undefined) {
    return await makeKey(path, logger);
  }
  const warn = (text: string) =>
    Promise.resolve(logger.warn("cluster key exposed", { reason: text }));
  const key = await readSecretFile(path, "cluster key", warn);
  if (isFernetKey(key)) return key;
  throw new ExitCodeError(
    EXIT_CODE.failed,
    `Cannot use cluster key in ${path}: want a Fernet key, 44 characters of base64url`,
  );
}

async function makeKey(path: string, logger: EventLogger): Promise<string> {
  const key = Fernet.generateKey();
  await writeStateFile(path, new TextEncoder().encode(`${key}\n`));
  logger.info("cluster key created", { path });
  return key;
}

function isFernetKey(text: string): boolean {
  try {
    new Fernet(text);
    return true;
  } catch (error) {
    if (error instanceof FernetError) return false;
    throw error;
  }
}
