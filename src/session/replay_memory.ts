import { MAX_CLOCK_SKEW_SECONDS } from "./fresh_token.ts";
import { addSeconds, hasSecond, NO_SECONDS, type SecondRanges } from "./second_ranges.ts";

/** Tokens remembered for one Fernet key, to tell copies by. */
export const MAX_REMEMBERED_TOKENS = 65_536;

/** Bounds of a `ReplayMemory`. */
export interface ReplayMemoryLimits {
  /** `max_message_age` in seconds: older tokens are refused as stale before they come here; 0 means that none are. */
  readonly maxAgeSeconds: number;
  /** Tokens remembered at once. */
  readonly maxTokens: number;
}

/** When the bound is passed, room is made for this part of it. */
const FORGOTTEN_PART = 8;

/**
 * Remembers which tokens of one session came already, by their HMACs (PROTOCOL 1.5).
 *
 * Tokens are kept by their own timestamp, for as long as that timestamp is fresh: exactly as long
 * as a copy would pass the freshness check. When the bound is passed, the oldest seconds are
 * forgotten too. Seconds that are forgotten are refused whole from then on, with all in which a
 * token could have been fresh as well: so forgetting lets no copy through, not even when the clock
 * is set back. Other seconds are not: tokens of a clock that was ahead for a while must not keep
 * those out that come once it is right again. With freshness turned off there is no age to refuse
 * by: then the memory is only as long as the bound.
 */
export class ReplayMemory {
  readonly #limits: ReplayMemoryLimits;
  readonly #seconds = new Map<number, Set<number>>();
  #size = 0;
  #refused: SecondRanges = NO_SECONDS;
  #sweptAtSeconds = -1;

  /** @param limits Its bounds. */
  constructor(limits: ReplayMemoryLimits) {
    this.#limits = limits;
  }

  /** How many tokens are remembered. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes note of an authentic token.
   *
   * @param timestamp The token's Fernet timestamp, Unix seconds; fresh as the caller has checked.
   * @param hmac The token's HMAC, 32 bytes; not kept.
   * @param nowSeconds Unix time.
   * @returns False when the token came before, or can't be told from one that did.
   */
  accept(timestamp: number, hmac: Uint8Array, nowSeconds: number): boolean {
    if (hasSecond(this.#refused, timestamp)) return false;
    const seen = this.#secondOf(timestamp);
    const mark = markOf(hmac);
    if (seen.has(mark)) return false;
    seen.add(mark);
    this.#size++;
    const isOverfull = this.#size > this.#limits.maxTokens;
    // Once a second of the clock, not of tokens: their timestamps are for the peer to choose. Also when
    // the clock was set back, or nothing would be forgotten until it is that late again.
    if (isOverfull || nowSeconds !== this.#sweptAtSeconds) this.#forget(nowSeconds);
    return true;
  }

  /**
   * Whether a token that was refused came before, and not just at a time that is forgotten.
   *
   * @param timestamp Its Fernet timestamp, Unix seconds.
   * @param hmac Its HMAC, 32 bytes.
   */
  remembers(timestamp: number, hmac: Uint8Array): boolean {
    return this.#seconds.get(timestamp)?.has(markOf(hmac)) ?? false;
  }

  #secondOf(timestamp: number): Set<number> {
    let seen = this.#seconds.get(timestamp);
    if (seen === undefined) {
      seen = new Set();
      this.#seconds.set(timestamp, seen);
    }
    return seen;
  }

  #forget(nowSeconds: number): void {
    this.#sweptAtSeconds = nowSeconds;
    const { maxAgeSeconds, maxTokens } = this.#limits;
    // Not just one second too many: a peer that chooses each token's timestamp anew would have all
    // of them sorted for every token.
    const isOverfull = this.#size > maxTokens;
    const keepTokens = isOverfull ? maxTokens - Math.floor(maxTokens / FORGOTTEN_PART) : maxTokens;
    const oldestFirst = [...this.#seconds.keys()].sort((a, b) => a - b);
    for (const second of oldestFirst) {
      const isStale = maxAgeSeconds > 0 && second < nowSeconds - maxAgeSeconds;
      if (!isStale && this.#size <= keepTokens) return;
      this.#size -= this.#seconds.get(second)?.size ?? 0;
      this.#seconds.delete(second);
      if (maxAgeSeconds > 0) this.#refuse(second);
    }
  }

  #refuse(second: number): void {
    const first = second - this.#limits.maxAgeSeconds - MAX_CLOCK_SKEW_SECONDS;
    this.#refused = addSeconds(this.#refused, { first, last: second });
  }
}

/** 53 bits of the HMAC: no one without the key can choose them, and a number is cheap to keep. */
function markOf(hmac: Uint8Array): number {
  // Byte by byte: to ask a short array for its buffer has the engine allocate one.
  let mark = 0;
  for (let index = 0; index < 6; index++) mark = mark * 256 + (hmac[index] ?? 0);
  return mark * 32 + ((hmac[6] ?? 0) >>> 3);
}
