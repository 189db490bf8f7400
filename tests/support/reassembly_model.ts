import type { Fragment } from "../../src/wire/fragment.ts";
import { MIN_FRAGMENT_CHARGE_BYTES, type ReassemblyResult } from "../../src/wire/reassembly.ts";
import type { ReassemblyLimits, StalledMessage } from "../../src/wire/reassembly_pool.ts";

interface ModelMessage {
  readonly peer: number;
  readonly messageId: number;
  readonly total: number;
  /** Chunks by sequence number; `undefined` once the message is closed. */
  chunks: Map<number, readonly number[]> | undefined;
  lastNewMs: number;
  lastNackMs: number;
  nacks: number;
}

/**
 * What `Reassembly` and `ReassemblyPool` should do, in the plainest way: one list of messages in the
 * order of their beginning, and every account added up anew.
 */
export class ReassemblyModel {
  readonly #limits: ReassemblyLimits;
  #messages: ModelMessage[] = [];

  /** @param limits The bounds to keep. */
  constructor(limits: ReassemblyLimits) {
    this.#limits = limits;
  }

  /** What the unfinished messages of a peer, or of all, are charged. */
  chargedBytes(peer?: number): number {
    return this.#unfinished(peer).map(chargeOf).reduce((sum, bytes) => sum + bytes, 0);
  }

  /** See `Reassembly.add`. */
  add(peer: number, fragment: Fragment, nowMs: number): ReassemblyResult {
    const evicted = this.#makeRoom(peer, fragment.messageId);
    const message = this.#find(peer, fragment.messageId) ?? this.#begin(peer, fragment, nowMs);
    if (message.total !== fragment.total) {
      return { state: "refused", reason: "total_mismatch", evicted };
    }
    if (message.chunks === undefined || message.chunks.has(fragment.sequenceNumber)) {
      return { state: "duplicate", evicted };
    }
    if (lengthOf(message) + fragment.chunk.byteLength > this.#limits.maxTokenBytes) {
      message.chunks = undefined;
      return { state: "refused", reason: "too_large", evicted };
    }
    message.chunks.set(fragment.sequenceNumber, [...fragment.chunk]);
    message.lastNewMs = nowMs;
    if (message.chunks.size < message.total) {
      return { state: "collecting", evicted: evicted + this.#keepBounds(peer) };
    }
    const chunks = chunksOf(message);
    message.chunks = undefined;
    const token = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
    return { state: "complete", evicted, token, chunks };
  }

  /** See `ReassemblyPool.expire`. */
  expire(nowMs: number): number {
    const isOld = ({ lastNewMs }: ModelMessage) => nowMs >= lastNewMs + this.#limits.timeoutMs;
    const dropped = this.#unfinished().filter(isOld).length;
    this.#messages = this.#messages.filter((message) => !isOld(message));
    return dropped;
  }

  /** See `ReassemblyPool.takeStalled`; the order is that of beginning. */
  takeStalled(nowMs: number): StalledMessage[] {
    const stalled = this.#unfinished().filter(({ lastNewMs, lastNackMs, nacks }) =>
      nacks < this.#limits.maxNacks &&
      nowMs >= Math.max(lastNewMs, lastNackMs) + this.#limits.nackDelayMs
    );
    for (const message of stalled) {
      message.nacks++;
      message.lastNackMs = nowMs;
    }
    return stalled.map(({ peer, messageId, total, chunks }) => {
      const numbers = Array.from({ length: total }, (_, number) => number);
      const missing = numbers.filter((number) => !chunks?.has(number));
      return {
        peer: String(peer),
        messageId,
        missing: missing.slice(0, this.#limits.maxNackedFragments),
      };
    });
  }

  /** See `Reassembly.collects`. */
  collects(peer: number, messageId: number, total: number, sequenceNumber: number): boolean {
    const message = this.#find(peer, messageId);
    return message?.chunks !== undefined && message.total === total && sequenceNumber < total &&
      !message.chunks.has(sequenceNumber);
  }

  /** See `Reassembly.forget`. */
  forget(peer: number, messageId: number): void {
    const forgotten = this.#find(peer, messageId);
    this.#messages = this.#messages.filter((message) => message !== forgotten);
  }

  /** See `Reassembly.clear`. */
  clear(peer: number): void {
    this.#messages = this.#messages.filter((message) => message.peer !== peer);
  }

  #unfinished(peer?: number): ModelMessage[] {
    return this.#messages.filter((message) =>
      message.chunks !== undefined && (peer === undefined || message.peer === peer)
    );
  }

  #find(peer: number, messageId: number): ModelMessage | undefined {
    return this.#messages.find((each) => each.peer === peer && each.messageId === messageId);
  }

  #begin(peer: number, { messageId, total }: Fragment, nowMs: number): ModelMessage {
    const message: ModelMessage = {
      peer,
      messageId,
      total,
      chunks: new Map(),
      lastNewMs: nowMs,
      lastNackMs: -Infinity,
      nacks: 0,
    };
    this.#messages.push(message);
    return message;
  }

  #makeRoom(peer: number, messageId: number): number {
    const own = this.#messages.filter((message) => message.peer === peer);
    if (this.#find(peer, messageId) || own.length < this.#limits.maxPeerMessages) return 0;
    const victim = own.find(({ chunks }) => chunks === undefined) ?? own[0];
    this.#messages = this.#messages.filter((message) => message !== victim);
    return victim?.chunks === undefined ? 0 : 1;
  }

  #keepBounds(peer: number): number {
    let evicted = 0;
    while (this.chargedBytes(peer) > this.#limits.maxPeerBytes) evicted += this.#giveUpOldest(peer);
    while (this.chargedBytes() > this.#limits.maxTotalBytes) evicted += this.#giveUpOldest();
    return evicted;
  }

  #giveUpOldest(peer?: number): number {
    const [oldest] = this.#unfinished(peer);
    if (oldest !== undefined) oldest.chunks = undefined;
    return 1;
  }
}

function chargeOf({ chunks }: ModelMessage): number {
  const charges = [...chunks?.values() ?? []].map((chunk) =>
    Math.max(chunk.length, MIN_FRAGMENT_CHARGE_BYTES)
  );
  return charges.reduce((sum, bytes) => sum + bytes, 0);
}

function lengthOf({ chunks }: ModelMessage): number {
  return [...chunks?.values() ?? []].flat().length;
}

function chunksOf({ chunks, total }: ModelMessage): Uint8Array[] {
  const numbers = Array.from({ length: total }, (_, number) => number);
  return numbers.map((number) => Uint8Array.from(chunks?.get(number) ?? []));
}
