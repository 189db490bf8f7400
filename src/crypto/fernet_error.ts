import { HushcastError } from "../errors.ts";

/** Why a token was refused before anything of it was decrypted. */
export type FernetOpenCode =
  /** Not base64url text. */
  | "FERNET_ENCODING"
  /** Too short for version, timestamp, IV and HMAC. */
  | "FERNET_TOO_SHORT"
  /** First byte is not 0x80. */
  | "FERNET_VERSION"
  /** Ciphertext is not one or more whole AES blocks. */
  | "FERNET_LENGTH"
  /** HMAC does not match: forged, damaged, or made under another key. */
  | "FERNET_SIGNATURE";

/** Why Fernet failed; a code never changes its meaning. */
export type FernetErrorCode =
  | FernetOpenCode
  /** Key is not 32 bytes in their 44-character text form. */
  | "FERNET_KEY"
  /** Authentic, but older than the given `ttl`. */
  | "FERNET_EXPIRED"
  /** Authentic, but made more than 60 s after `now`. */
  | "FERNET_FUTURE"
  /** Authentic, but what it decrypts to is not padded as PKCS #7 wants. */
  | "FERNET_PADDING";

const MESSAGES: Readonly<Record<FernetErrorCode, string>> = {
  FERNET_KEY: "Cannot use Fernet key: not the 44-character base64url text of 32 bytes",
  FERNET_ENCODING: "Cannot open Fernet token: not base64url text",
  FERNET_TOO_SHORT: "Cannot open Fernet token: too short for version, timestamp, IV and HMAC",
  FERNET_VERSION: "Cannot open Fernet token: version is not 0x80",
  FERNET_LENGTH: "Cannot open Fernet token: ciphertext is not whole AES blocks",
  FERNET_SIGNATURE: "Cannot open Fernet token: HMAC does not match",
  FERNET_EXPIRED: "Cannot accept Fernet token: older than its time to live",
  FERNET_FUTURE: "Cannot accept Fernet token: timestamp is too far in the future",
  FERNET_PADDING: "Cannot decrypt Fernet token: padding is wrong",
};

/**
 * Raised when a Fernet key or token is refused. It holds neither key nor token, and its code is for
 * us: to a peer every refused token must look the same.
 */
export class FernetError extends HushcastError {
  /**
   * Makes the error of one code.
   *
   * @param code Why key or token was refused.
   */
  constructor(override readonly code: FernetErrorCode) {
    super(MESSAGES[code]);
  }
}
