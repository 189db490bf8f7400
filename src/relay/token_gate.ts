import type { Fernet } from "../crypto/fernet.ts";
import type { DropReason } from "../observe/counters.ts";
import { openFreshToken } from "../session/fresh_token.ts";
import type { ReplayMemory } from "../session/replay_memory.ts";
import type { ReplayWindow } from "../session/replay_window.ts";
import { findTlv, type Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { decodeU64 } from "../wire/u64.ts";
import { sealedRelayTypes } from "./relay_only_types.ts";

/** What a token that is taken holds; or why it is refused. */
export type GateResult =
  | { readonly state: "taken"; readonly tlvs: readonly Tlv[] }
  | { readonly state: "refused"; readonly reason: DropReason };

/** What a gate needs to know of the session that a token came from. */
export interface GateKeeper {
  readonly fernet: Fernet;
  readonly replayMemory: ReplayMemory;
  readonly replayWindow: ReplayWindow;
}

/**
 * Decides whether a token is taken (PROTOCOL 1.5): authentic, then fresh, then new.
 *
 * Nothing of a token is looked at before its HMAC is checked, and nothing is remembered of one that
 * fails.
 */
export class TokenGate {
  readonly #types: TlvTypes;
  readonly #relayTypes: ReadonlySet<number>;
  readonly #maxAgeSeconds: number;

  /** @param types The type table in use. @param maxAgeSeconds `max_message_age`; 0 takes any age. */
  constructor(types: TlvTypes, maxAgeSeconds: number) {
    this.#types = types;
    this.#relayTypes = sealedRelayTypes(types);
    this.#maxAgeSeconds = maxAgeSeconds;
  }

  /**
   * Opens a token, and remembers it.
   *
   * @param token Its ASCII bytes.
   * @param keeper The session that it came from.
   * @param nowSeconds Unix time.
   */
  open(token: Uint8Array, keeper: GateKeeper, nowSeconds: number): GateResult {
    const result = openFreshToken(keeper.fernet, token, this.#maxAgeSeconds, nowSeconds);
    if (result.state === "refused") return refused(result.reason);
    // Both directions are under one key: what the relay sealed is authentic when it is sent back.
    if (result.tlvs.some(({ type }) => this.#relayTypes.has(type))) return refused("replayed");
    const value = findTlv(result.tlvs, this.#types.CLIENT_SEQUENCE);
    const sequence = value && decodeU64(value);
    if (value !== undefined && sequence === undefined) return refused("malformed");
    const isNew = sequence === undefined
      ? keeper.replayMemory.accept(result.timestamp, result.hmac, nowSeconds)
      : keeper.replayWindow.accept(sequence);
    return isNew ? { state: "taken", tlvs: result.tlvs } : refused("replayed");
  }
}

function refused(reason: DropReason): GateResult {
  return { state: "refused", reason };
}
