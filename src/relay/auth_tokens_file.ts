import {
  type AdmissionToken,
  AdmissionTokens,
  isExpired,
  MAX_ADMISSION_TOKENS,
} from "../session/admission_tokens.ts";
import { FileTooLongError, readBoundedFile } from "../settings/bounded_file.ts";
import { lockFile } from "../settings/file_lock.ts";
import { writeStateFile } from "../settings/state_file.ts";
import { AuthTokensFileError } from "./auth_tokens_error.ts";
import { formatAuthTokens, parseAuthTokens } from "./auth_tokens_json.ts";

export { type AuthTokensErrorCode, AuthTokensFileError } from "./auth_tokens_error.ts";

/** The longest token file: twice what as many tokens as there may be take with the longest names. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Reads the tokens with which clients get in.
 *
 * @param path The token file.
 * @returns All tokens, expired ones too.
 * @throws {AuthTokensFileError} `AUTH_TOKENS_MISSING` or `AUTH_TOKENS_MALFORMED`.
 * @throws {StateFileError} If the file can't be read.
 */
export async function readAuthTokens(path: string): Promise<AdmissionTokens> {
  return new AdmissionTokens(await listAuthTokens(path));
}

/**
 * Reads what is known of each token.
 *
 * @param path The token file.
 * @returns The tokens in the order in which they were added.
 * @throws {AuthTokensFileError} `AUTH_TOKENS_MISSING` or `AUTH_TOKENS_MALFORMED`.
 * @throws {StateFileError} If the file can't be read.
 */
export async function listAuthTokens(path: string): Promise<readonly AdmissionToken[]> {
  const tokens = await readTokens(path);
  if (tokens !== undefined) return tokens;
  throw new AuthTokensFileError(
    "AUTH_TOKENS_MISSING",
    `Cannot read ${path}: there is no such file; ` +
      `hushcast token add NAME --auth-tokens ${path} makes it`,
  );
}

/**
 * Adds a token to a token file, which is made (mode 0600) when there is none.
 *
 * @param path The token file.
 * @param token What to keep of the token; it takes the place of an expired one of its name.
 * @param nowUnixMs Wall-clock time.
 * @throws {AuthTokensFileError} `AUTH_TOKEN_EXISTS` if a token of that name is still good,
 *   `AUTH_TOKENS_FULL` or `AUTH_TOKENS_MALFORMED`.
 * @throws {StateFileError} If the file can't be locked, read or written.
 */
export async function addAuthToken(
  path: string,
  token: AdmissionToken,
  nowUnixMs: number,
): Promise<void> {
  using _lock = await lockFile(path);
  const tokens = await readTokens(path) ?? [];
  const same = tokens.find(({ name }) => name === token.name);
  if (same !== undefined && !isExpired(same, nowUnixMs)) {
    throw new AuthTokensFileError(
      "AUTH_TOKEN_EXISTS",
      `Cannot add token ${token.name}: ${path} has one of that name; revoke that one first`,
    );
  }
  const others = tokens.filter((other) => other !== same);
  if (others.length >= MAX_ADMISSION_TOKENS) {
    throw new AuthTokensFileError(
      "AUTH_TOKENS_FULL",
      `Cannot add token ${token.name}: want at most ${MAX_ADMISSION_TOKENS} tokens in ${path}`,
    );
  }
  await writeTokens(path, [...others, token]);
}

/**
 * Removes a token from a token file; a relay that watches the file then ends its sessions.
 *
 * @param path The token file.
 * @param name Whose token.
 * @throws {AuthTokensFileError} `AUTH_TOKEN_UNKNOWN`, `AUTH_TOKENS_MISSING` or
 *   `AUTH_TOKENS_MALFORMED`.
 * @throws {StateFileError} If the file can't be locked, read or written.
 */
export async function revokeAuthToken(path: string, name: string): Promise<void> {
  await listAuthTokens(path); // a mistyped path must not leave a lock behind
  using _lock = await lockFile(path);
  const tokens = await listAuthTokens(path);
  const others = tokens.filter((token) => token.name !== name);
  if (others.length === tokens.length) {
    throw new AuthTokensFileError(
      "AUTH_TOKEN_UNKNOWN",
      `Cannot revoke token ${name}: ${path} has none of that name`,
    );
  }
  await writeTokens(path, others);
}

async function readTokens(path: string): Promise<readonly AdmissionToken[] | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  const parsed = parseAuthTokens(text);
  if (parsed.ok) return parsed.tokens;
  throw malformed(path, parsed.reason);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    const bytes = await readBoundedFile(path, MAX_FILE_BYTES);
    return bytes && new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof FileTooLongError) {
      throw malformed(path, `want at most ${MAX_FILE_BYTES} bytes`);
    }
    if (error instanceof TypeError) throw malformed(path, "it is not UTF-8");
    throw error;
  }
}

function malformed(path: string, reason: string): AuthTokensFileError {
  const message = `Cannot use token file ${path}: ${reason}`;
  return new AuthTokensFileError("AUTH_TOKENS_MALFORMED", message);
}

async function writeTokens(path: string, tokens: readonly AdmissionToken[]): Promise<void> {
  await writeStateFile(path, new TextEncoder().encode(formatAuthTokens(tokens)));
}
