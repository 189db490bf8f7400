import type { Fernet } from "../crypto/fernet.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import { ReplayMemory } from "../session/replay_memory.ts";
import { decodeFragment, type Fragment, FragmentError } from "../wire/fragment.ts";
import type { Reassembly } from "../wire/reassembly.ts";
import { decodeTlvs, type Tlv, TlvTruncatedError } from "../wire/tlv.ts";
import type { ClientDrops } from "./client_drops.ts";

/** How far a token's timestamp may lie in the future, seconds (PROTOCOL 1.5). */
export const MAX_CLOCK_SKEW_SECONDS = 60;

/** Tokens remembered to tell copies by: a minute of what one relay sends at full pace. */
export const MAX_REMEMBERED_TOKENS = 262_144;

/** What a `TokenReceiver` is made of. */
export interface TokenReceiverOptions {
  /** The key shared with the relay. */
  readonly fernet: Fernet;
  /** The oldest token taken, seconds; 0 takes any age. */
  readonly maxMessageAgeSeconds: number;
  readonly reassembly: Reassembly;
  readonly drops: ClientDrops;
}

/**
 * Takes the tokens of one relay under one key: authentic, then fresh, then new (PROTOCOL 1.5).
 *
 * Nothing of a token is looked at before its HMAC is checked.
 */
export class TokenReceiver {
  readonly #options: TokenReceiverOptions;
  readonly #memory: ReplayMemory;
  #skewSeconds: number | undefined;

  /** @param options Its parts. */
  constructor(options: TokenReceiverOptions) {
    this.#options = options;
    this.#memory = new ReplayMemory({
      maxAgeSeconds: options.maxMessageAgeSeconds,
      maxTokens: MAX_REMEMBERED_TOKENS,
    });
  }

  /**
   * How far the relay's clock is ahead of ours by the last authentic token that was dropped as
   * stale, seconds (negative: behind); `undefined` if none was.
   */
  get skewSeconds(): number | undefined {
    return this.#skewSeconds;
  }

  /**
   * Takes a token.
   *
   * @param token Its ASCII bytes; not kept.
   * @param now The moment.
   * @returns The TLVs of its plaintext, in memory of their own; `undefined` when it was dropped.
   */
  takeToken(token: Uint8Array, now: Instant): readonly Tlv[] | undefined {
    const { fernet, drops } = this.#options;
    const opened = fernet.open(token);
    if (!opened.ok) {
      drops.add(opened.code === "FERNET_SIGNATURE" ? "unauthentic" : "malformed");
      return undefined;
    }
    const nowSeconds = unixSeconds(now);
    if (!this.#isFresh(opened.timestamp, nowSeconds)) {
      this.#skewSeconds = opened.timestamp - nowSeconds;
      drops.add("stale");
      return undefined;
    }
    if (!this.#memory.accept(opened.timestamp, opened.hmac, nowSeconds)) {
      drops.add("replayed");
      return undefined;
    }
    return this.#decode(opened.plaintext());
  }

  /**
   * Takes the value of a FRAGMENT.
   *
   * @param value The value; copied where kept.
   * @param now The moment.
   * @returns As `takeToken`, when the fragment was the last missing one of its token.
   */
  takeFragment(value: Uint8Array, now: Instant): readonly Tlv[] | undefined {
    const { reassembly, drops } = this.#options;
    const fragment = this.#fragment(value);
    if (fragment === undefined) return undefined;
    const result = reassembly.add(fragment, now.monotonicMs);
    drops.add("fragment_evicted", result.evicted);
    switch (result.state) {
      case "collecting":
      case "duplicate":
        return undefined;
      case "refused":
        drops.add(result.reason === "too_large" ? "too_large" : "fragment_mismatch");
        return undefined;
      case "complete":
        return this.takeToken(result.token, now);
      default:
        return result satisfies never;
    }
  }

  #isFresh(timestamp: number, nowSeconds: number): boolean {
    const { maxMessageAgeSeconds } = this.#options;
    if (maxMessageAgeSeconds === 0) return true;
    return timestamp >= nowSeconds - maxMessageAgeSeconds &&
      timestamp <= nowSeconds + MAX_CLOCK_SKEW_SECONDS;
  }

  #fragment(value: Uint8Array): Fragment | undefined {
    try {
      return decodeFragment(value);
    } catch (error) {
      if (!(error instanceof FragmentError)) throw error;
      this.#options.drops.add("malformed");
      return undefined;
    }
  }

  #decode(plaintext: Uint8Array | undefined): readonly Tlv[] | undefined {
    try {
      if (plaintext !== undefined) return decodeTlvs(plaintext);
    } catch (error) {
      if (!(error instanceof TlvTruncatedError)) throw error;
    }
    this.#options.drops.add("malformed");
    return undefined;
  }
}
