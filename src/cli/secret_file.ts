import { FileTooLongError, readBoundedFile } from "../settings/bounded_file.ts";
import { StateFileError } from "../settings/state_file.ts";
import { isOpenToOthers } from "../settings/open_to_others.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** The longest file that can hold a secret on one line, bytes. */
const MAX_FILE_BYTES = 16 * 1024;

/**
 * Reads a secret from a file that holds nothing else.
 *
 * @param path The file; blanks and line ends around the secret are left out.
 * @param what What the secret is called.
 * @param note Told, a line, that others can read the file.
 * @returns The secret: one line without control characters, not empty.
 * @throws {ExitCodeError} With `failed` if the file can't be read or holds no such line. What it
 *   holds is never part of the message.
 */
export async function readSecretFile(
  path: string,
  what: string,
  note: (text: string) => Promise<void>,
): Promise<string> {
  const unusable = (reason: string) =>
    new ExitCodeError(EXIT_CODE.failed, `Cannot read ${what} in ${path}: ${reason}`);
  const bytes = await readOrFail(path, unusable);
  if (bytes === undefined) throw unusable("there is no such file");
  const secret = secretOf(bytes);
  if (secret === "") throw unusable("it is empty");
  if (secret === undefined) throw unusable("it is not one line of text");
  if (await isOpenToOthers(path)) {
    await note(`others on this machine can read the ${what} in ${path}: chmod 600 makes it yours`);
  }
  return secret;
}

async function readOrFail(
  path: string,
  unusable: (reason: string) => ExitCodeError,
): Promise<Uint8Array | undefined> {
  try {
    return await readBoundedFile(path, MAX_FILE_BYTES);
  } catch (error) {
    if (error instanceof StateFileError) throw new ExitCodeError(EXIT_CODE.failed, error.message);
    if (error instanceof FileTooLongError) throw unusable(`want at most ${MAX_FILE_BYTES} bytes`);
    throw error;
  }
}

/**
 * Takes the secret out of the bytes of a file or of a line.
 *
 * @param bytes UTF-8; not kept.
 * @returns The text without blanks around it, or `undefined` when it is not one line of text.
 */
export function secretOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
    return /\p{Cc}/u.test(text) ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
