import type { Fernet } from "../crypto/fernet.ts";
import type { DropReason } from "../observe/counters.ts";
import { openFreshToken } from "../session/fresh_token.ts";
import type { ReplayMemory } from "../session/replay_memory.ts";
import type { ReplayWindow } from "../session/replay_window.ts";
import { findTlv, type Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { decodeU64 } from "../wire/u64.ts";
import { sealedRelayTypes } from "./relay_only_types.ts";

/** What a token that is taken holds; or why it is not. */
export type GateResult =
  | {
    readonly state: "taken";
    readonly tlvs: readonly Tlv[];
    /** Its CLIENT_SEQUENCE. */
    readonly sequence: bigint | undefined;
  }
  /** It is authentic and fresh, but its CLIENT_SEQUENCE came before. */
  | { readonly state: "repeated"; readonly sequence: bigint }
  | Refusal;

/** Why a token is refused. */
interface Refusal {
  readonly state: "refused";
  readonly reason: DropReason;
}

/** A token that is authentic and fresh. */
interface ReadToken {
  readonly state: "read";
  readonly tlvs: readonly Tlv[];
  readonly sequence: bigint | undefined;
  readonly timestamp: number;
  readonly hmac: Uint8Array;
}

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
    const result = this.#read(token, keeper, nowSeconds);
    if (result.state === "refused") return result;
    const { tlvs, sequence, timestamp, hmac } = result;
    if (sequence === undefined) {
      const isNew = keeper.replayMemory.accept(timestamp, hmac, nowSeconds);
      return isNew ? { state: "taken", tlvs, sequence } : refused("replayed");
    }
    if (keeper.replayWindow.accept(sequence)) return { state: "taken", tlvs, sequence };
    if (keeper.replayWindow.remembers(sequence)) return { state: "repeated", sequence };
    return refused("replayed");
  }

  /**
   * Whether a token would be taken, and has a CLIENT_SEQUENCE above all before. Nothing is
   * remembered.
   *
   * @param token Its ASCII bytes.
   * @param keeper The session that it should be of.
   * @param nowSeconds Unix time.
   */
  isNewest(token: Uint8Array, keeper: GateKeeper, nowSeconds: number): boolean {
    const result = this.#read(token, keeper, nowSeconds);
    return result.state === "read" && result.sequence !== undefined &&
      result.sequence > keeper.replayWindow.highest;
  }

  #read(token: Uint8Array, { fernet }: GateKeeper, nowSeconds: number): ReadToken | Refusal {
    const result = openFreshToken(fernet, token, this.#maxAgeSeconds, nowSeconds);
    if (result.state === "refused") return refused(result.reason);
    const { tlvs, timestamp, hmac } = result;
    // Both directions are under one key: what the relay sealed is authentic when it is sent back.
    if (tlvs.some(({ type }) => this.#relayTypes.has(type))) return refused("replayed");
    const value = findTlv(tlvs, this.#types.CLIENT_SEQUENCE);
    const sequence = value && decodeU64(value);
    if (value !== undefined && sequence === undefined) return refused("malformed");
    return { state: "read", tlvs, sequence, timestamp, hmac };
  }
}

function refused(reason: DropReason): Refusal {
  return { state: "refused", reason };
}
