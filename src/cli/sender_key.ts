import { RsaKeyError } from "../crypto/rsa_error.ts";
import { RsaPrivateKey } from "../crypto/rsa_private_key.ts";
import { isOpenToOthers } from "../settings/open_to_others.ts";
import { readStateFile, writeStateFile } from "../settings/state_file.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** Length of a sender's lasting key, bits: as long as the server's, since it has to last as long. */
const SENDER_KEY_BITS = 4096;

/**
 * Reads the lasting key of a sender from its file, and makes one when there is no file.
 *
 * The file is the private key in PKCS #8, PEM, mode 0600. One that holds something else is never
 * replaced: it may be what servers know the sender by.
 *
 * @param path The file.
 * @param note Told, a line each, that a key was made and that others can read the file.
 * @returns The key.
 * @throws {StateFileError} If the file can't be read or written.
 * @throws {ExitCodeError} With `failed` if the file holds no key that can be used.
 */
export async function loadSenderKey(
  path: string,
  note: (text: string) => Promise<void>,
): Promise<RsaPrivateKey> {
  const stored = await readStateFile(path);
  if (stored === undefined) return await makeKey(path, note);
  if (await isOpenToOthers(path)) {
    await note(`others on this machine can use the key in ${path}: make it yours by chmod 600`);
  }
  return await importKey(path, stored);
}

async function makeKey(
  path: string,
  note: (text: string) => Promise<void>,
): Promise<RsaPrivateKey> {
  const { key, pem } = await RsaPrivateKey.generateForKeeping(SENDER_KEY_BITS);
  await writeStateFile(path, pem);
  await note(`created a new key in ${path}: ${key.fingerprint}`);
  return key;
}

async function importKey(path: string, stored: Uint8Array): Promise<RsaPrivateKey> {
  try {
    return await RsaPrivateKey.import(stored);
  } catch (cause) {
    if (!(cause instanceof RsaKeyError)) throw cause;
    throw new ExitCodeError(
      EXIT_CODE.failed,
      `Cannot use ${path}: ${withoutAction(cause.message)}`,
      { cause },
    );
  }
}

/** That the file can't be used is said already. */
function withoutAction(message: string): string {
  return message.replace(/^Cannot read RSA key: /, "");
}
