import { keepNewest } from "../session/keep_newest.ts";

/**
 * Message ids remembered of one instance: as many messages as a client may have unacknowledged, so
 * all that it could say again.
 */
export const MAX_IDS_EACH = 64;

/** Instances of which any are remembered; those that spoke last. */
export const MAX_INSTANCES = 4_096;

/** How long the ids of an instance are remembered after it spoke last, milliseconds. */
export const REMEMBERED_MS = 15 * 60_000;

/** What is remembered of one instance. */
interface Spoken {
  /** Relay sequences by message id, the oldest first. */
  readonly sequences: Map<string, bigint>;
  /** Monotonic time at which it spoke last. */
  lastMs: number;
}

/**
 * Remembers what each client said last, longer than a busy relay holds messages: who loses the network
 * for half a minute, and the ACKs that were under way with it, says again what others must not hear
 * twice, and a history of 4,096 messages may be over in seconds (docs/HISTORY.md).
 */
export class RecentMessageIds {
  /** By CLIENT_INSTANCE, who spoke longest ago first. */
  readonly #byInstance = new Map<string, Spoken>();
  /** No instance is too old before, monotonic time: to look at the first one for each message is dear. */
  #forgetAtMs = -Infinity;

  /** How many instances are remembered. */
  get instances(): number {
    return this.#byInstance.size;
  }

  /**
   * Takes note of a message that is kept.
   *
   * @param instance CLIENT_INSTANCE of its sender, 32 hexadecimal digits.
   * @param messageId Its id; see `NewMessage`.
   * @param sequence Its RELAY_SEQUENCE.
   * @param nowMs Monotonic time.
   */
  note(instance: string, messageId: string, sequence: bigint, nowMs: number): void {
    const spoken = this.#byInstance.get(instance) ?? { sequences: new Map(), lastMs: nowMs };
    spoken.lastMs = nowMs;
    spoken.sequences.set(messageId, sequence);
    keepNewest(spoken.sequences, MAX_IDS_EACH);
    this.#byInstance.delete(instance);
    this.#byInstance.set(instance, spoken);
    keepNewest(this.#byInstance, MAX_INSTANCES);
    if (nowMs >= this.#forgetAtMs) this.#forgetOld(nowMs);
  }

  /** The number under which a message of an instance was kept, if that is remembered. */
  sequenceOf(instance: string, messageId: string): bigint | undefined {
    return this.#byInstance.get(instance)?.sequences.get(messageId);
  }

  /** Forgets all, for when a new series begins and no number means anything any more. */
  clear(): void {
    this.#byInstance.clear();
  }

  #forgetOld(nowMs: number): void {
    for (const [instance, { lastMs }] of this.#byInstance) {
      this.#forgetAtMs = lastMs + REMEMBERED_MS;
      if (nowMs < this.#forgetAtMs) return;
      this.#byInstance.delete(instance);
    }
  }
}
