import { concat } from "@std/bytes";
import type { Fragment } from "./fragment.ts";
import type { PartialMessage, ReassemblyPool } from "./reassembly_pool.ts";

/**
 * The least that a fragment counts against the bounds, bytes: about what the bookkeeping of one
 * costs, so that a flood of empty fragments fills its account like any other.
 */
export const MIN_FRAGMENT_CHARGE_BYTES = 64;

/** Why a fragment was not taken. */
export type FragmentRefusal = "total_mismatch" | "too_large";

/** What became of a fragment. `evicted` counts unfinished messages that were given up for it. */
export type ReassemblyResult =
  | { readonly state: "collecting"; readonly evicted: number }
  | { readonly state: "duplicate"; readonly evicted: number }
  | {
    readonly state: "complete";
    readonly evicted: number;
    readonly token: Uint8Array;
    /** What the fragments carried, in order; new arrays owned by the caller. */
    readonly chunks: readonly Uint8Array[];
  }
  | { readonly state: "refused"; readonly evicted: number; readonly reason: FragmentRefusal };

/**
 * Puts the fragments of one peer together again, in one direction (PROTOCOL 1.6).
 *
 *     first fragment               last missing fragment,
 *                                  too large, bytes past a bound
 *     -------------> collecting ---------------------------------> closed
 *                        |                                            |
 *                        +-- time-out, ids past the bound, forget() --+--> forgotten
 */
export class Reassembly {
  readonly #pool: ReassemblyPool;
  readonly #peer: string;
  readonly #messages = new Map<number, PartialMessage>();
  #chargedBytes = 0;

  /**
   * @param pool What the reassemblies of all peers share.
   * @param peer A name for this peer, given back with what `ReassemblyPool` says of its messages.
   */
  constructor(pool: ReassemblyPool, peer: string) {
    this.#pool = pool;
    this.#peer = peer;
  }

  /** Bytes charged for this peer's unfinished messages. */
  get chargedBytes(): number {
    return this.#chargedBytes;
  }

  /**
   * Takes one fragment.
   *
   * @param fragment A decoded fragment; its chunk is copied.
   * @param nowMs Monotonic time.
   * @returns What became of it; with `complete`, the token and its chunks in new arrays owned by
   *   the caller.
   */
  add(fragment: Fragment, nowMs: number): ReassemblyResult {
    const known = this.#messages.get(fragment.messageId);
    if (known !== undefined) return this.#addTo(known, fragment, nowMs);
    const forgotten = this.#makeRoom();
    const message = this.#create(fragment, nowMs);
    const evicted = forgotten + this.#pool.begin(message);
    const result = this.#addTo(message, fragment, nowMs);
    return { ...result, evicted: result.evicted + evicted };
  }

  /**
   * Tells whether a fragment would bring an unfinished message further.
   *
   * @param messageId The message, u32.
   * @param total How many fragments it has.
   * @param sequenceNumber The fragment.
   * @returns True when fragments of just such a message are being collected, and this one lacks.
   */
  collects(messageId: number, total: number, sequenceNumber: number): boolean {
    const message = this.#messages.get(messageId);
    return message?.state === "collecting" && message.total === total && sequenceNumber >= 0 &&
      sequenceNumber < total && !message.chunks.has(sequenceNumber);
  }

  /**
   * Tells how far a message is.
   *
   * @param messageId The message, u32.
   * @returns The bytes that came of it, and how often `ReassemblyPool.takeStalled` has named it;
   *   `undefined` when it is not known.
   */
  progressOf(messageId: number): Pick<PartialMessage, "tokenBytes" | "nacks"> | undefined {
    return this.#messages.get(messageId);
  }

  /**
   * Forgets a message, unfinished or closed: its next fragment begins it anew.
   *
   * @param messageId The message, u32; one that is not known is no mistake.
   */
  forget(messageId: number): void {
    const message = this.#messages.get(messageId);
    if (message !== undefined) this.#pool.remove(message);
  }

  /**
   * Hands its unfinished messages on, and forgets everything, for when its peer is put into another
   * pool. They count as active from now on.
   *
   * @param successor Who goes on with them; it has none of its own yet.
   * @param nowMs Monotonic time.
   */
  handOn(successor: Reassembly, nowMs: number): void {
    for (const { messageId, total, chunks } of this.#messages.values()) {
      for (const [sequenceNumber, chunk] of chunks) {
        successor.add({ messageId, sequenceNumber, total, chunk }, nowMs);
      }
    }
    this.clear();
  }

  /** Forgets everything of this peer, for when its session ends. */
  clear(): void {
    for (const message of [...this.#messages.values()]) this.#pool.remove(message);
  }

  #addTo(message: PartialMessage, fragment: Fragment, nowMs: number): ReassemblyResult {
    if (message.total !== fragment.total) return refused("total_mismatch");
    if (message.state === "closed" || message.chunks.has(fragment.sequenceNumber)) {
      return { state: "duplicate", evicted: 0 };
    }
    const { byteLength } = fragment.chunk;
    if (message.tokenBytes + byteLength > this.#pool.limits.maxTokenBytes) {
      this.#pool.close(message);
      return refused("too_large");
    }
    this.#store(message, fragment, nowMs);
    return message.chunks.size === message.total ? this.#complete(message) : this.#keepBounds();
  }

  #create({ messageId, total }: Fragment, nowMs: number): PartialMessage {
    const message: PartialMessage = {
      state: "collecting",
      peer: this.#peer,
      messageId,
      total,
      chunks: new Map(),
      tokenBytes: 0,
      chargedBytes: 0,
      lastNewMs: nowMs,
      nackAtMs: Infinity,
      nacks: 0,
      forget: () => this.#messages.delete(messageId),
      release: (bytes) => this.#chargedBytes -= bytes,
    };
    this.#messages.set(messageId, message);
    return message;
  }

  /** Keeps the bound on ids. @returns How many unfinished messages were given up for it. */
  #makeRoom(): number {
    if (this.#messages.size < this.#pool.limits.maxPeerMessages) return 0;
    let victim: PartialMessage | undefined;
    for (const message of this.#messages.values()) {
      // An id that is closed is missed least: only a late copy of a fragment would ask for it.
      if (message.state === "closed") {
        this.#pool.remove(message);
        return 0;
      }
      victim ??= message;
    }
    if (victim === undefined) return 0;
    this.#pool.remove(victim);
    return 1;
  }

  #store(message: PartialMessage, fragment: Fragment, nowMs: number): void {
    const chargeBytes = Math.max(fragment.chunk.byteLength, MIN_FRAGMENT_CHARGE_BYTES);
    message.chunks.set(fragment.sequenceNumber, fragment.chunk.slice());
    message.tokenBytes += fragment.chunk.byteLength;
    this.#chargedBytes += chargeBytes;
    this.#pool.grow(message, chargeBytes, nowMs);
  }

  #complete(message: PartialMessage): ReassemblyResult {
    const inOrder = [...message.chunks.entries()].sort(([a], [b]) => a - b);
    const chunks = inOrder.map(([, chunk]) => chunk);
    this.#pool.close(message);
    return { state: "complete", evicted: 0, token: concat(chunks), chunks };
  }

  #keepBounds(): ReassemblyResult {
    let evicted = 0;
    for (const message of this.#messages.values()) {
      if (this.#chargedBytes <= this.#pool.limits.maxPeerBytes) break;
      if (message.state === "closed") continue;
      this.#pool.close(message);
      evicted++;
    }
    return { state: "collecting", evicted: evicted + this.#pool.shrink() };
  }
}

function refused(reason: FragmentRefusal): ReassemblyResult {
  return { state: "refused", evicted: 0, reason };
}
