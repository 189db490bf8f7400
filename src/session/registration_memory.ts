/**
 * Remembers which ENCRYPTED_SYMMETRIC_KEY values made which session (PROTOCOL 1.4).
 *
 * Whoever recorded such a datagram can send it again, even from elsewhere: without this table he
 * would be registered under the key of the client that made it.
 */
export class RegistrationMemory {
  readonly #maxEntries: number;
  // A Map keeps the order of insertion, so the first entry is the oldest.
  readonly #sessions = new Map<string, string>();

  /** @param maxEntries How many values are remembered; past it the oldest is forgotten. */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** How many values are remembered. */
  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Looks a value up.
   *
   * @param digest SHA-256 of the value, as text.
   * @returns The id of the session that it made, or `undefined` when it is new.
   */
  sessionOf(digest: string): string | undefined {
    return this.#sessions.get(digest);
  }

  /** Remembers that the value with this digest made the session with this id. */
  remember(digest: string, sessionId: string): void {
    this.#sessions.set(digest, sessionId);
    if (this.#sessions.size <= this.#maxEntries) return;
    for (const oldest of this.#sessions.keys()) {
      this.#sessions.delete(oldest);
      return;
    }
  }

  /** Forgets all, for when the RSA key is replaced and no old value decrypts any more. */
  clear(): void {
    this.#sessions.clear();
  }
}
