/**
 * An RSA public key that came from elsewhere and passed every check. Keys up to 4096 bits work by
 * WebCrypto; the runtime of Deno 2.9 can use none above, so those work by hand.
 *
 * @see PROTOCOL 2.1, 2.2; `importSpkiPem` and `importSpkiDer` make one
 */
export interface RsaPublicKey {
  /** Its SubjectPublicKeyInfo, in the one form that its fingerprint is taken over. */
  readonly der: Uint8Array<ArrayBuffer>;
  /** `keyFingerprint` of `der`. */
  readonly fingerprint: string;
  /** Exact length of the modulus, 2048 to 8192. */
  readonly modulusBits: number;
  /** Length of the modulus in whole bytes: of every block for this key, and of its signatures. */
  readonly modulusBytes: number;

  /**
   * Encrypts a short plaintext with RSA-OAEP (SHA-256, MGF1-SHA-256, empty label).
   *
   * @param plaintext At most `modulusBytes` - 66 bytes; not kept.
   * @returns One block of `modulusBytes` bytes, owned by the caller.
   * @throws {RangeError} If the plaintext is too long.
   * @see PROTOCOL 2.2; RFC 8017, section 7.1.1
   */
  encrypt(plaintext: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;

  /**
   * Checks an RSA-PSS signature (SHA-256, MGF1-SHA-256, salt of 32 bytes).
   *
   * @param signature Any bytes; not kept.
   * @param data What should be signed; not kept.
   * @returns Whether the owner of the key signed exactly this.
   * @see PROTOCOL 2.2; RFC 8017, section 8.1.2
   */
  verify(signature: Uint8Array, data: Uint8Array): Promise<boolean>;
}

/** The bytes and numbers of a key, without what it can do. */
export type RsaPublicKeyFacts = Pick<
  RsaPublicKey,
  "der" | "fingerprint" | "modulusBits" | "modulusBytes"
>;
