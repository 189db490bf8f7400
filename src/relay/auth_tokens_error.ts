import { HushcastError } from "../errors.ts";

/** What can be wrong with a token file, or with a change of it. */
export type AuthTokensErrorCode =
  /** There is no such file. */
  | "AUTH_TOKENS_MISSING"
  /** It holds something else than tokens. */
  | "AUTH_TOKENS_MALFORMED"
  /** It holds as many tokens as it may. */
  | "AUTH_TOKENS_FULL"
  /** It holds a token of this name. */
  | "AUTH_TOKEN_EXISTS"
  /** It holds no token of this name. */
  | "AUTH_TOKEN_UNKNOWN";

/** Raised when a token file can't be used, or not in the way that was asked for. */
export class AuthTokensFileError extends HushcastError {
  /**
   * Makes the error.
   *
   * @param code What is wrong.
   * @param message One line that names the file; nothing of a token or of its SHA-256.
   */
  constructor(override readonly code: AuthTokensErrorCode, message: string) {
    super(message);
  }
}
