import { sha256 } from "../crypto/sha256.ts";
import { keepNewest } from "./keep_newest.ts";

/**
 * Remembers which ENCRYPTED_SYMMETRIC_KEY values have made a session (PROTOCOL 1.4).
 *
 * Whoever recorded such a datagram can send it again, even from elsewhere: without this table he
 * would be registered under the key of the client that made it.
 */
export class RegistrationMemory {
  readonly #maxEntries: number;
  // A Set keeps the order of insertion, so the first entry is the oldest.
  readonly #digests = new Set<string>();

  /** @param maxEntries How many values are remembered; past it the oldest is forgotten. */
  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries;
  }

  /** How many values are remembered. */
  get size(): number {
    return this.#digests.size;
  }

  /** Whether the value with this digest has made a session, which may have ended since. */
  has(digest: string): boolean {
    return this.#digests.has(digest);
  }

  /** Remembers that the value with this digest made a session. */
  remember(digest: string): void {
    this.#digests.add(digest);
    keepNewest(this.#digests, this.#maxEntries);
  }

  /** Forgets all, for when the RSA key is replaced and no old value decrypts any more. */
  clear(): void {
    this.#digests.clear();
  }
}

/**
 * The digest that a registration is known by.
 *
 * @param value The value of ENCRYPTED_SYMMETRIC_KEY.
 * @returns Its SHA-256, a byte in each of 32 characters: a relay may remember 100,000 of them, and
 *   hexadecimal digits take twice the memory.
 */
export function registrationDigest(value: Uint8Array): string {
  return String.fromCharCode(...sha256(value));
}
