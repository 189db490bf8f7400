/** A token whose HMAC is right, not yet decrypted. */
export interface OpenedToken {
  /** Tells it from a `FernetFailure`. */
  readonly ok: true;
  /** When it was made, Unix seconds; above 2^53 the nearest number that a double can hold. */
  readonly timestamp: number;
  /** Its HMAC, 32 bytes in an array of its own: what a replay memory may keep. */
  readonly hmac: Uint8Array<ArrayBuffer>;
  /**
   * Decrypts it.
   *
   * @returns The plaintext in an array owned by the caller, whose buffer others may share, or `undefined` when its padding is
   * wrong, which only a maker that holds the key can bring about.
   */
  plaintext(): Uint8Array<ArrayBuffer> | undefined;
}
