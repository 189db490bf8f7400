import { Fernet } from "../crypto/fernet.ts";
import { sha256 } from "../crypto/sha256.ts";
import { MAX_CLOCK_SKEW_SECONDS } from "../session/fresh_token.ts";
import type { Instant } from "../session/instant.ts";
import { MAX_REMEMBERED_TOKENS, ReplayMemory } from "../session/replay_memory.ts";
import { REPLAY_WINDOW, ReplayWindow } from "../session/replay_window.ts";
import { addSeconds, hasSecond, NO_SECONDS, type SecondRanges } from "../session/second_ranges.ts";
import type { KeyTransfers } from "./transfers.ts";

/** Fernet keys remembered at once; past it the one that was quiet longest is forgotten. */
export const MAX_HYBRID_KEYS = 65_536;

/** Blocks remembered for one key; past it the oldest is forgotten, and costs RSA when it comes again. */
export const MAX_KEY_BLOCKS = 4;

/** A Fernet key that came in an RSA block, and what was taken under it. */
export class HybridKey {
  readonly fernet: Fernet;
  readonly transfers: KeyTransfers = new Map();
  lastUsedMs: number;
  #address: string | undefined;
  #newestSeconds = -Infinity;
  #takenSeconds: SecondRanges = NO_SECONDS;
  readonly #refusedSeconds: SecondRanges;
  readonly #maxAgeSeconds: number;
  // Most keys need one of the two only, and many just for one message.
  #window: ReplayWindow | undefined;
  #memory: ReplayMemory | undefined;

  /**
   * @param fernetKey 44 characters.
   * @param refusedSeconds Tokens sealed then are refused.
   * @param maxAgeSeconds `max_message_age`.
   * @param nowMs Monotonic time.
   * @throws {FernetError} If it is no Fernet key.
   */
  constructor(
    fernetKey: string,
    refusedSeconds: SecondRanges,
    maxAgeSeconds: number,
    nowMs: number,
  ) {
    this.fernet = new Fernet(fernetKey);
    this.#refusedSeconds = refusedSeconds;
    this.#maxAgeSeconds = maxAgeSeconds;
    this.lastUsedMs = nowMs;
  }

  /** Where the one who has the key is, as far as its tokens tell; `undefined` before the first. */
  get address(): string | undefined {
    return this.#address;
  }

  /**
   * Takes note of where a token came from that was taken, or is a copy by its CLIENT_SEQUENCE.
   *
   * Copies come from anywhere: whoever reads the network can send one. Only who has the key can seal
   * one anew, later than all tokens that came before it; then it has moved.
   *
   * @param token Whether it was taken, its timestamp, Unix seconds, and the address that it came from.
   */
  locate(
    { isNew, timestamp, address }: {
      readonly isNew: boolean;
      readonly timestamp: number;
      readonly address: string;
    },
  ): void {
    if (isNew || timestamp > this.#newestSeconds) this.#address = address;
    this.#newestSeconds = Math.max(this.#newestSeconds, timestamp);
  }

  /** When the tokens that were taken were sealed, and all times at which others could pass as fresh then. */
  get takenSeconds(): SecondRanges {
    return this.#takenSeconds;
  }

  /** Whether a token that was sealed at `timestamp`, Unix seconds, may be a copy of one that is forgotten. */
  refuses(timestamp: number): boolean {
    return hasSecond(this.#refusedSeconds, timestamp);
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
    if (isNew) this.#noteTaken(token.timestamp);
    return isNew;
  }

  /**
   * Whether a token that `accept` refused is a copy of one that was taken. One whose CLIENT_SEQUENCE
   * lies below the window, or whose second is forgotten, may as well have never come, and to
   * acknowledge that would lose it.
   *
   * @param sequence Its CLIENT_SEQUENCE, if it has one.
   * @param token Its timestamp, Unix seconds, and HMAC.
   */
  knowsCopy(
    sequence: bigint | undefined,
    { timestamp, hmac }: { readonly timestamp: number; readonly hmac: Uint8Array },
  ): boolean {
    if (sequence === undefined) return this.#replayMemory().remembers(timestamp, hmac);
    const { highest } = this.#replayWindow();
    return sequence > 0n && highest - sequence < BigInt(REPLAY_WINDOW);
  }

  #noteTaken(last: number): void {
    const ageSeconds = this.#maxAgeSeconds > 0
      ? this.#maxAgeSeconds + MAX_CLOCK_SKEW_SECONDS
      : Infinity;
    this.#takenSeconds = addSeconds(this.#takenSeconds, { first: last - ageSeconds, last });
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

/** A key and where it is found. */
interface Entry {
  readonly key: HybridKey;
  /** SHA-256 of the key's text. */
  readonly keyDigest: string;
  /** The blocks that it came in, by their SHA-256, the oldest first. */
  readonly blockDigests: Set<string>;
}

/**
 * The Fernet keys that came in RSA blocks, by the SHA-256 of the block and by their own.
 *
 * A client may use one block for all its messages: it costs one RSA decryption. It may also encrypt
 * its key anew for each message: that makes no new key of it, and no copy a new message.
 *
 * A key is remembered for as long as a copy of a token under it could pass as fresh. When there are
 * too many, the one that was quiet longest is forgotten. From then on keys that are new here take no
 * token of the times at which it took some, nor older ones: forgetting never lets a copy through,
 * not even when the clock is set back.
 */
export class HybridKeys {
  readonly #maxAgeSeconds: number;
  readonly #lifetimeMs: number;
  #refusedSeconds: SecondRanges;
  readonly #byBlock = new Map<string, Entry>();
  // Kept in the order of last use.
  readonly #byKey = new Map<string, Entry>();
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
    this.#refusedSeconds = [{ first: -Infinity, last: notBeforeSeconds - 1 }];
    this.#onForget = onForget;
    // A token may be dated ahead by the skew, and is fresh for the age from its date on.
    this.#lifetimeMs = maxAgeSeconds > 0
      ? (maxAgeSeconds + MAX_CLOCK_SKEW_SECONDS + 1) * 1000
      : Infinity;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#byKey.size;
  }

  /**
   * The key of a block that was decrypted before.
   *
   * @param blockDigest SHA-256 of the block, as text.
   * @param nowMs Monotonic time.
   */
  get(blockDigest: string, nowMs: number): HybridKey | undefined {
    const entry = this.#byBlock.get(blockDigest);
    if (entry !== undefined) this.#use(entry, nowMs);
    return entry?.key;
  }

  /**
   * Remembers that a key came in a block.
   *
   * @param blockDigest SHA-256 of the block, as text.
   * @param fernetKey 44 characters.
   * @param nowMs Monotonic time.
   * @returns The key, with what was taken under it before.
   * @throws {FernetError} If it is no Fernet key.
   */
  add(blockDigest: string, fernetKey: string, nowMs: number): HybridKey {
    const keyDigest = sha256(new TextEncoder().encode(fernetKey)).toHex();
    const entry = this.#byKey.get(keyDigest) ?? {
      key: new HybridKey(fernetKey, this.#refusedSeconds, this.#maxAgeSeconds, nowMs),
      keyDigest,
      blockDigests: new Set(),
    };
    entry.blockDigests.add(blockDigest);
    this.#byBlock.set(blockDigest, entry);
    for (const oldest of entry.blockDigests) {
      if (entry.blockDigests.size <= MAX_KEY_BLOCKS) break;
      entry.blockDigests.delete(oldest);
      this.#byBlock.delete(oldest);
    }
    this.#use(entry, nowMs);
    this.#forgetOld(nowMs);
    return entry.key;
  }

  #use(entry: Entry, nowMs: number): void {
    entry.key.lastUsedMs = nowMs;
    this.#byKey.delete(entry.keyDigest);
    this.#byKey.set(entry.keyDigest, entry);
  }

  #forgetOld(nowMs: number): void {
    for (const { key, keyDigest, blockDigests } of this.#byKey.values()) {
      const isOld = nowMs >= key.lastUsedMs + this.#lifetimeMs;
      if (!isOld && this.#byKey.size <= MAX_HYBRID_KEYS) return;
      this.#refusedSeconds = key.takenSeconds.reduce(addSeconds, this.#refusedSeconds);
      this.#byKey.delete(keyDigest);
      for (const blockDigest of blockDigests) this.#byBlock.delete(blockDigest);
      this.#onForget(key);
    }
  }
}
