import { concat } from "@std/bytes";
import { ReplayMemory } from "../session/replay_memory.ts";
import type { RelayId } from "./cluster_bus.ts";
import type { ClusterKeys } from "./cluster_keys.ts";

/** Bytes of a relay's id. */
export const RELAY_ID_BYTES = 8;

/** For how long what a relay says is taken for fresh, seconds, by the clock of who hears it. */
const FRESH_SECONDS = 60;

/** How many tokens are remembered, to tell copies by. */
const MAX_REMEMBERED = 65_536;

/** What a relay said. */
export interface BusMessage {
  readonly from: RelayId;
  /** Owned by whoever asked for it. */
  readonly payload: Uint8Array;
}

/** What was in a token, or why that is not heard. */
export type OpenedBus =
  | { readonly type: "message"; readonly message: BusMessage }
  /** Not made by a relay of the cluster, or heard before. */
  | { readonly type: "foreign" }
  /** What this relay said itself. */
  | { readonly type: "own" }
  /** Authentic, but said long ago, or by a relay whose clock is wrong. */
  | { readonly type: "untimely"; readonly aheadSeconds: number };

/** Seals what a relay says to the others, and opens what they say. */
export class BusSeal {
  readonly #keys: ClusterKeys;
  readonly #memory = new ReplayMemory({ maxAgeSeconds: FRESH_SECONDS, maxTokens: MAX_REMEMBERED });

  /** @param keys The keys of the cluster. */
  constructor(keys: ClusterKeys) {
    this.#keys = keys;
  }

  /**
   * Seals.
   *
   * @param message Who says what.
   * @param nowSeconds Unix time.
   * @returns The token, owned by the caller.
   */
  seal({ from, payload }: BusMessage, nowSeconds: number): Uint8Array {
    return this.#keys.bus.encrypt(concat([Uint8Array.fromHex(from), payload]), {
      now: nowSeconds,
    });
  }

  /**
   * Opens what came; each token of another relay once.
   *
   * @param token Anything.
   * @param own The id of this relay. Of what it says itself nothing is remembered: while its clock is
   *   wrong it hears nobody else, and would later refuse what others say in the seconds of that time.
   * @param nowSeconds Unix time.
   */
  open(token: Uint8Array, own: RelayId, nowSeconds: number): OpenedBus {
    const opened = this.#keys.bus.open(token);
    if (!opened.ok) return { type: "foreign" };
    const aheadSeconds = opened.timestamp - nowSeconds;
    if (Math.abs(aheadSeconds) > FRESH_SECONDS) return { type: "untimely", aheadSeconds };
    const plaintext = opened.plaintext();
    if (plaintext === undefined || plaintext.byteLength < RELAY_ID_BYTES) {
      return { type: "foreign" };
    }
    const from = plaintext.subarray(0, RELAY_ID_BYTES).toHex();
    if (from === own) return { type: "own" };
    if (!this.#memory.accept(opened.timestamp, opened.hmac, nowSeconds)) return { type: "foreign" };
    return { type: "message", message: { from, payload: plaintext.subarray(RELAY_ID_BYTES) } };
  }
}
