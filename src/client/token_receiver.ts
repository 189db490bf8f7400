import type { Fernet } from "../crypto/fernet.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import { takeFragment } from "../session/fragment_intake.ts";
import { type FreshTokenResult, openFreshToken } from "../session/fresh_token.ts";
import { keepNewest } from "../session/keep_newest.ts";
import { ReplayMemory } from "../session/replay_memory.ts";
import { decodeFragment } from "../wire/fragment.ts";
import type { Reassembly } from "../wire/reassembly.ts";
import type { Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClientDrops } from "./client_drops.ts";

/** Tokens remembered to tell copies by: a minute of what one relay sends at full pace. */
export const MAX_REMEMBERED_TOKENS = 262_144;

/** Tokens that were taken back and may come once more; past it the one that waits longest is forgotten. */
export const MAX_TAKEN_BACK = 1_024;

/** What a `TokenReceiver` is made of. */
export interface TokenReceiverOptions {
  readonly types: TlvTypes;
  /** The key shared with the relay. */
  readonly fernet: Fernet;
  /** The oldest token taken, seconds; 0 takes any age. */
  readonly maxMessageAgeSeconds: number;
  readonly reassembly: Reassembly;
  readonly drops: ClientDrops;
}

type FreshToken = Extract<FreshTokenResult, { state: "fresh" }>;

interface LongToken {
  readonly messageId: number;
  /** Its HMAC in hexadecimal digits. */
  readonly mark: string;
}

/**
 * Takes the tokens of one relay under one key: authentic, then fresh, then new (PROTOCOL 1.5).
 *
 * Nothing of a token is looked at before its HMAC is checked.
 */
export class TokenReceiver {
  readonly #options: TokenReceiverOptions;
  readonly #memory: ReplayMemory;
  readonly #clientTypes: ReadonlySet<number>;
  /** HMACs in hexadecimal digits, oldest first. */
  readonly #takenBack = new Set<string>();
  /** The token that was taken last, if it came in fragments. */
  #lastLong: LongToken | undefined;
  #skewSeconds: number | undefined;

  /** @param options Its parts. */
  constructor(options: TokenReceiverOptions) {
    this.#options = options;
    this.#clientTypes = sealedClientTypes(options.types);
    this.#memory = new ReplayMemory({
      maxAgeSeconds: options.maxMessageAgeSeconds,
      maxTokens: MAX_REMEMBERED_TOKENS,
    });
  }

  /**
   * How far the relay's clock is ahead of ours, seconds (negative: behind), if the last authentic
   * token was dropped as stale; else `undefined`.
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
    this.#lastLong = undefined;
    const result = this.#open(token, now);
    return result.state === "fresh" ? this.#takeNew(result, now) : undefined;
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
    this.#lastLong = undefined;
    const token = takeFragment(
      reassembly,
      value,
      now.monotonicMs,
      (reason, count) => drops.add(reason, count),
    );
    if (token === undefined) return undefined;
    const { messageId } = decodeFragment(value);
    const result = this.#open(token, now);
    if (result.state === "fresh") {
      this.#lastLong = { messageId, mark: result.hmac.toHex() };
      return this.#takeNew(result, now);
    }
    // Someone has mixed a fragment of his own in: the true one may still come.
    if (result.reason !== "stale") reassembly.forget(messageId);
    return undefined;
  }

  /**
   * Counts the token that was taken last as one that never came, because there is no room for what it
   * holds. A relay sends a long message again as the same token under the same message id: without
   * this it would be taken for a copy.
   */
  takeBack(): void {
    if (this.#lastLong === undefined) return;
    const { messageId, mark } = this.#lastLong;
    this.#options.reassembly.forget(messageId);
    this.#takenBack.add(mark);
    keepNewest(this.#takenBack, MAX_TAKEN_BACK);
  }

  #open(token: Uint8Array, now: Instant): FreshTokenResult {
    const { fernet, maxMessageAgeSeconds, drops } = this.#options;
    const nowSeconds = unixSeconds(now);
    const result = openFreshToken(fernet, token, maxMessageAgeSeconds, nowSeconds);
    if (result.state === "fresh") {
      this.#skewSeconds = undefined;
      return result;
    }
    drops.add(result.reason);
    if (result.reason === "stale") this.#skewSeconds = result.timestamp - nowSeconds;
    return result;
  }

  #takeNew({ tlvs, timestamp, hmac }: FreshToken, now: Instant): readonly Tlv[] | undefined {
    // Both directions are under one key: what this client sealed is authentic when it is sent back.
    const isOwn = tlvs.every(({ type }) => this.#clientTypes.has(type));
    const isNew = !isOwn && (this.#memory.accept(timestamp, hmac, unixSeconds(now)) ||
      this.#takenBack.delete(hmac.toHex()));
    if (isNew) return tlvs;
    this.#options.drops.add("replayed");
    return undefined;
  }
}

/**
 * What a client seals. A token of nothing else is one of its own: a message from the relay has a
 * SENDER_ID too, and the relay answers KEEP_ALIVE but never sends it sealed.
 */
function sealedClientTypes(types: TlvTypes): ReadonlySet<number> {
  return new Set([
    types.CLIENT_HELLO,
    types.AUTH_TOKEN,
    types.CLIENT_NAME,
    types.CLIENT_SEQUENCE,
    types.KEEP_ALIVE,
    types.MESSAGE,
    types.NACK,
    types.CLIENT_INSTANCE,
    types.FIRST_SENT,
    types.REPLAY,
  ]);
}
