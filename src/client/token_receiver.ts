import type { Fernet } from "../crypto/fernet.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import { takeFragment } from "../session/fragment_intake.ts";
import { openFreshToken } from "../session/fresh_token.ts";
import { ReplayMemory } from "../session/replay_memory.ts";
import type { Reassembly } from "../wire/reassembly.ts";
import type { Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClientDrops } from "./client_drops.ts";

/** Tokens remembered to tell copies by: a minute of what one relay sends at full pace. */
export const MAX_REMEMBERED_TOKENS = 262_144;

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

/**
 * Takes the tokens of one relay under one key: authentic, then fresh, then new (PROTOCOL 1.5).
 *
 * Nothing of a token is looked at before its HMAC is checked.
 */
export class TokenReceiver {
  readonly #options: TokenReceiverOptions;
  readonly #memory: ReplayMemory;
  readonly #clientTypes: ReadonlySet<number>;
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
    const { fernet, maxMessageAgeSeconds, drops } = this.#options;
    const nowSeconds = unixSeconds(now);
    const result = openFreshToken(fernet, token, maxMessageAgeSeconds, nowSeconds);
    if (result.state === "refused") {
      drops.add(result.reason);
      if (result.reason === "stale") this.#skewSeconds = result.timestamp - nowSeconds;
      return undefined;
    }
    // Both directions are under one key: what this client sealed is authentic when it is sent back.
    const isOwn = result.tlvs.every(({ type }) => this.#clientTypes.has(type));
    if (isOwn || !this.#memory.accept(result.timestamp, result.hmac, nowSeconds)) {
      drops.add("replayed");
      return undefined;
    }
    return result.tlvs;
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
    const token = takeFragment(
      reassembly,
      value,
      now.monotonicMs,
      (reason, count) => drops.add(reason, count),
    );
    return token && this.takeToken(token, now);
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
  ]);
}
