import { encodeBase64Url } from "../../crypto/base64url.ts";
import { sha256 } from "../../crypto/sha256.ts";

/** How long a session lasts, seconds: a working day. */
export const SESSION_SECONDS = 12 * 3600;

/** Sessions at once; past it the oldest ends. */
export const MAX_SESSIONS = 64;

/** Bytes of a session's secret. */
const SECRET_BYTES = 32;

/** What a session is known by inside; it can't be turned back into its secret. */
export type SessionId = string & { readonly brand: "SessionId" };

/**
 * Who has logged in. Sessions are in memory alone: a restart ends them.
 *
 * They are found by the digests of their secrets, so that how long a search takes tells nothing of
 * a secret.
 */
export class LoginSessions {
  readonly #randomBytes: (count: number) => Uint8Array;
  // When each ends; the oldest first.
  readonly #ends = new Map<SessionId, number>();

  /** @param randomBytes Gives unpredictable bytes. */
  constructor(randomBytes: (count: number) => Uint8Array) {
    this.#randomBytes = randomBytes;
  }

  /** How many there are, some of which may be over. */
  get size(): number {
    return this.#ends.size;
  }

  /**
   * Begins a session.
   *
   * @param nowMs Monotonic time.
   * @returns Its secret, base64url without padding, of which only a digest is kept.
   */
  begin(nowMs: number): string {
    const secret = encodeBase64Url(this.#randomBytes(SECRET_BYTES)).replaceAll("=", "");
    this.#ends.set(idOf(secret), nowMs + SESSION_SECONDS * 1000);
    for (const [id, endMs] of this.#ends) {
      if (endMs > nowMs && this.#ends.size <= MAX_SESSIONS) break;
      this.#ends.delete(id);
    }
    return secret;
  }

  /**
   * Finds a session.
   *
   * @param secret What a client sent as its secret.
   * @param nowMs Monotonic time.
   * @returns What it is known by; `undefined` when there is none, or it is over.
   */
  find(secret: string, nowMs: number): SessionId | undefined {
    const id = idOf(secret);
    return this.isOpen(id, nowMs) ? id : undefined;
  }

  /**
   * Whether a session goes on.
   *
   * @param id What it is known by.
   * @param nowMs Monotonic time.
   */
  isOpen(id: SessionId, nowMs: number): boolean {
    const endMs = this.#ends.get(id);
    return endMs !== undefined && nowMs < endMs;
  }

  /** Ends a session; one that is over stays so. */
  end(id: SessionId): void {
    this.#ends.delete(id);
  }
}

function idOf(secret: string): SessionId {
  return sha256(new TextEncoder().encode(secret)).toHex() as SessionId;
}
