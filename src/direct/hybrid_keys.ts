import { Fernet } from "../crypto/fernet.ts";
import { MAX_CLOCK_SKEW_SECONDS } from "../session/fresh_token.ts";
import type { Instant } from "../session/instant.ts";
import { MAX_REMEMBERED_TOKENS, ReplayMemory } from "../session/replay_memory.ts";
import { ReplayWindow } from "../session/replay_window.ts";
import type { KeyTransfers } from "./transfers.ts";

/** Fernet keys remembered at once; past it the one that was quiet longest is forgotten. */
export const MAX_HYBRID_KEYS = 65_536;

/** A Fernet key that came in an RSA block, and what was taken under it. */
export class HybridKey {
  readonly fernet: Fernet;
  /** Tokens sealed before are refused, Unix seconds. */
  readonly notBeforeSeconds: number;
  readonly transfers: KeyTransfers = new Map();
  /** The address from which a message was taken last. */
  address: string | undefined;
  lastUsedMs: number;
  #newestSeconds = 0;
  readonly #maxAgeSeconds: number;
  // Most keys need one of the two only, and many just for one message.
  #window: ReplayWindow | undefined;
  #memory: ReplayMemory | undefined;

  /**
   * @param fernetKey 44 characters.
   * @param notBeforeSeconds Tokens sealed before are refused, Unix seconds.
   * @param maxAgeSeconds `max_message_age`.
   * @param nowMs Monotonic time.
   * @throws {FernetError} If it is no Fernet key.
   */
  constructor(fernetKey: string, notBeforeSeconds: number, maxAgeSeconds: number, nowMs: number) {
    this.fernet = new Fernet(fernetKey);
    this.notBeforeSeconds = notBeforeSeconds;
    this.#maxAgeSeconds = maxAgeSeconds;
    this.lastUsedMs = nowMs;
  }

  /** The newest timestamp of a token that was taken, Unix seconds; 0 before the first. */
  get newestSeconds(): number {
    return this.#newestSeconds;
  }

  /**
   * Takes note of a token that is authentic and fresh (PROTOCOL 2.3).
   *
   * @param sequence Its CLIENT_SEQUENCE, if it has one; else its HMAC decides.
   * @param token Its timestamp, Unix seconds, and HMAC.
   * @param now The moment.
   * @returns False when it came before, or can't be told from one that did.
   */
  accept(
    sequence: bigint | undefined,
    token: { readonly timestamp: number; readonly hmac: Uint8Array },
    now: Instant,
  ): boolean {
    const isNew = sequence === undefined
      ? this.#replayMemory().accept(token.timestamp, token.hmac, Math.floor(now.unixMs / 1000))
      : this.#replayWindow().accept(sequence);
    if (isNew) this.#newestSeconds = Math.max(this.#newestSeconds, token.timestamp);
    return isNew;
  }

  #replayWindow(): ReplayWindow {
    return this.#window ??= new ReplayWindow();
  }

  #replayMemory(): ReplayMemory {
    return this.#memory ??= new ReplayMemory({
      maxAgeSeconds: this.#maxAgeSeconds,
      maxTokens: MAX_REMEMBERED_TOKENS,
    });
  }
}

/**
 * The Fernet keys that came in RSA blocks, by the SHA-256 of the block.
 *
 * A client may use one block for all its messages: it costs one RSA decryption. A key is remembered
 * for as long as a copy of a token under it could pass as fresh. When there are too many, the one
 * that was quiet longest is forgotten, and from then on keys that are new here take only tokens that
 * are newer than what it took: forgetting never lets a copy through.
 */
export class HybridKeys {
  readonly #maxAgeSeconds: number;
  readonly #lifetimeMs: number;
  #notBeforeSeconds: number;
  // Kept in the order of last use.
  readonly #keys = new Map<string, HybridKey>();
  readonly #onForget: (key: HybridKey) => void;

  /**
   * @param maxAgeSeconds `max_message_age`; 0 takes any age, and remembers as many keys as the bound
   *   allows.
   * @param notBeforeSeconds Tokens sealed before are refused, Unix seconds.
   * @param onForget Told of each key that is forgotten.
   */
  constructor(
    maxAgeSeconds: number,
    notBeforeSeconds: number,
    onForget: (key: HybridKey) => void,
  ) {
    this.#maxAgeSeconds = maxAgeSeconds;
    this.#notBeforeSeconds = notBeforeSeconds;
    this.#onForget = onForget;
    // A token may be dated ahead by the skew, and is fresh for the age from its date on.
    this.#lifetimeMs = maxAgeSeconds > 0
      ? (maxAgeSeconds + MAX_CLOCK_SKEW_SECONDS + 1) * 1000
      : Infinity;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#keys.size;
  }

  /**
   * The key of a block that was decrypted before.
   *
   * @param blockDigest SHA-256 of the block, as text.
   * @param nowMs Monotonic time.
   */
  get(blockDigest: string, nowMs: number): HybridKey | undefined {
    const key = this.#keys.get(blockDigest);
    if (key !== undefined) {
      this.#keys.delete(blockDigest);
      this.#keys.set(blockDigest, key);
      key.lastUsedMs = nowMs;
    }
    return key;
  }

  /**
   * Remembers a key that came in a block.
   *
   * @throws {FernetError} If it is no Fernet key.
   */
  add(blockDigest: string, fernetKey: string, nowMs: number): HybridKey {
    const key = new HybridKey(fernetKey, this.#notBeforeSeconds, this.#maxAgeSeconds, nowMs);
    this.#keys.set(blockDigest, key);
    this.#forgetOld(nowMs);
    return key;
  }

  #forgetOld(nowMs: number): void {
    for (const [digest, key] of this.#keys) {
      const isOld = nowMs >= key.lastUsedMs + this.#lifetimeMs;
      if (!isOld) {
        if (this.#keys.size <= MAX_HYBRID_KEYS) return;
        this.#notBeforeSeconds = Math.max(this.#notBeforeSeconds, key.newestSeconds + 1);
      }
      this.#keys.delete(digest);
      this.#onForget(key);
    }
  }
}
