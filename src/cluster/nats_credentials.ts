import {
  type Authenticator,
  credsAuthenticator,
  nkeyAuthenticator,
  nkeys,
  usernamePasswordAuthenticator,
} from "@nats-io/transport-node";
import { readBoundedFile } from "../settings/bounded_file.ts";
import { ClusterError } from "./cluster_error.ts";

/** Longer than any file of credentials, or bundle of certificates, bytes. */
const MAX_FILE_BYTES = 1024 * 1024;

const CREDENTIALS = /-----BEGIN NATS USER JWT-----[\s\S]*-----BEGIN USER NKEY SEED-----/;
const NKEY_SEED = /^SU[A-Z2-7]{56}$/;
const USER_AND_PASSWORD = /^([^:\s]+):(.+)$/;

/**
 * Reads a file of credentials. It may hold what `nsc` writes (a JWT and a seed), the seed of a user
 * NKey alone (one line that begins with `SU`), or one line `user:password`.
 *
 * @param path The file.
 * @throws {ClusterError} If it can't be read, or holds something else.
 */
export async function readCredentials(path: string): Promise<Authenticator> {
  const bytes = await readNamedFile(path);
  const text = new TextDecoder().decode(bytes).trim();
  if (CREDENTIALS.test(text)) return credsAuthenticator(bytes);
  if (isSeed(text)) return nkeyAuthenticator(new TextEncoder().encode(text));
  const [, user, password] = USER_AND_PASSWORD.exec(text) ?? [];
  if (user !== undefined) return usernamePasswordAuthenticator(user, password);
  throw new ClusterError(
    "CLUSTER_CREDENTIALS",
    `Cannot use ${path}: want credentials of NATS, the seed of an NKey, or a line user:password`,
  );
}

/**
 * Reads the certificates of those who may vouch for a NATS server.
 *
 * @param path A file in PEM form.
 * @throws {ClusterError} If it can't be read, or holds no certificate.
 */
export async function readAuthorities(path: string): Promise<string> {
  const text = new TextDecoder().decode(await readNamedFile(path));
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new ClusterError("CLUSTER_CREDENTIALS", `Cannot use ${path}: it holds no certificate`);
}

async function readNamedFile(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  try {
    bytes = await readBoundedFile(path, MAX_FILE_BYTES);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : `Cannot read ${path}`;
    throw new ClusterError("CLUSTER_CREDENTIALS", reason, { cause });
  }
  if (bytes !== undefined) return bytes;
  throw new ClusterError("CLUSTER_CREDENTIALS", `Cannot read ${path}: there is no such file`);
}

/** A seed has a check sum: so a slip of the pen is told at the start. */
function isSeed(text: string): boolean {
  if (!NKEY_SEED.test(text)) return false;
  try {
    nkeys.fromSeed(new TextEncoder().encode(text)).clear();
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}
