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
   * Opens what came; each token once.
   *
   * @param token Anything.
   * @param nowSeconds Unix time.
   * @returns What was said, or `undefined` when it was not said by a relay of the cluster just now.
   */
  open(token: Uint8Array, nowSeconds: number): BusMessage | undefined {
    const opened = this.#keys.bus.open(token);
    if (!opened.ok || Math.abs(nowSeconds - opened.timestamp) > FRESH_SECONDS) return undefined;
    if (!this.#memory.accept(opened.timestamp, opened.hmac, nowSeconds)) return undefined;
    const plaintext = opened.plaintext();
    if (plaintext === undefined || plaintext.byteLength < RELAY_ID_BYTES) return undefined;
    return {
      from: plaintext.subarray(0, RELAY_ID_BYTES).toHex(),
      payload: plaintext.subarray(RELAY_ID_BYTES),
    };
  }
}
