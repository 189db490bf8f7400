import { systemReason } from "../observe/system_reason.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** The longest control token, bytes: it fits a line of the control port, however it is quoted. */
const MAX_TOKEN_BYTES = 1024;

/**
 * Reads the control token from its file.
 *
 * @param path The file; space and line ends around the token are left out.
 * @returns The token: one line of 1 to 1,024 bytes.
 * @throws {ExitCodeError} With `failed` if the file can't be read or holds no token. What it holds
 *   is never part of the message.
 */
export async function readControlToken(path: string): Promise<string> {
  const token = (await readText(path)).trim();
  if (token === "") throw unusable(path, "it is empty");
  if (/\p{Cc}/u.test(token)) throw unusable(path, "it is not one line of text");
  const bytes = new TextEncoder().encode(token).byteLength;
  if (bytes > MAX_TOKEN_BYTES) {
    throw unusable(path, `want at most ${MAX_TOKEN_BYTES} bytes, got ${bytes}`);
  }
  return token;
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw unusable(path, systemReason(cause), { cause });
  }
}

function unusable(path: string, reason: string, options?: ErrorOptions): ExitCodeError {
  const message = `Cannot read control token ${path}: ${reason}`;
  return new ExitCodeError(EXIT_CODE.failed, message, options);
}
