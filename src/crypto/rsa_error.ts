import { HushcastError } from "../errors.ts";

/** Why a key was refused; a code never changes its meaning. */
export type RsaKeyErrorCode =
  /** Text is longer than any key within the limits. */
  | "RSA_KEY_TOO_LONG"
  /** No PEM block of a key, or it is not base64. */
  | "RSA_KEY_PEM"
  /** A private key in PEM, but not as PKCS #8; the message says how to convert it. */
  | "RSA_KEY_NOT_PKCS8"
  /** A private key that a passphrase protects; the message says how to take it off. */
  | "RSA_KEY_ENCRYPTED"
  /** A public key where the private one is needed. */
  | "RSA_KEY_PUBLIC"
  /** Not an RSA key, or not in the one DER form that it has. */
  | "RSA_KEY_FORMAT"
  /** Modulus is shorter or longer than the limits. */
  | "RSA_KEY_BITS"
  /** Has the form of a key, but can't be used here: it does not encrypt, or its parts don't fit. */
  | "RSA_KEY_UNUSABLE";

/** Raised when a key that came from elsewhere is refused; it holds no part of the key. */
export class RsaKeyError extends HushcastError {
  /**
   * Makes the error of one refusal.
   *
   * @param code Why.
   * @param message What failed, then actual against expected.
   * @param options `cause` when another error is wrapped.
   */
  constructor(override readonly code: RsaKeyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/**
 * Raised when an RSA-OAEP block does not decrypt. It says nothing more, and wraps nothing: whoever
 * can tell one failure from another can decrypt without the key (Manger's attack).
 *
 * @see RFC 8017, section 7.1.2
 */
export class RsaDecryptError extends HushcastError {
  /** The same for every block. */
  readonly code = "RSA_DECRYPT";

  /** Takes no reason, so that none can leak. */
  constructor() {
    super("Cannot decrypt RSA-OAEP block");
  }
}
