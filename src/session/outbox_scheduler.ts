import type { Instant } from "./instant.ts";
import type { Outbox } from "./outbox.ts";

/** Datagrams that one `release` gives, so that sending never keeps the caller from receiving. */
export const MAX_RELEASED_DATAGRAMS = 64;

/** Messages that wait in all outboxes together; one more is refused. */
export const MAX_TOTAL_QUEUED_MESSAGES = 262_144;

/**
 * Plaintext that one `release` seals, bytes; only a single message may be longer. A megabyte takes
 * some milliseconds, and whoever waits for as many recipients as there are must not wait at once.
 */
export const MAX_SEALED_BYTES = 256 * 1024;

/**
 * Long messages that are leaving at the same time, bytes of plaintext; only a single one may be
 * longer. A sealed message is not shared between its recipients: without a bound one message to
 * ten thousand of them would be held ten thousand times.
 */
export const MAX_LEAVING_BYTES = 32 * 1024 * 1024;

/** Messages up to this length, bytes, need not wait until long ones have left. */
export const MAX_UNBOUND_BYTES = 16 * 1024;

const RELEASE_INTERVAL_MS = 1;

/** A datagram, and which peer it is for. */
export interface Released<Peer> {
  readonly peer: Peer;
  readonly datagram: Uint8Array;
}

/** Someone who has an outbox. */
export interface HasOutbox {
  readonly outbox: Outbox;
}

/** What one `release` has come to. */
interface Turn {
  sealedBytes: number;
  /** Whether a long message must wait, so that no other may be begun before it. */
  isCrowded: boolean;
}

/**
 * Empties the outboxes of many peers in turn, a datagram each, so that a long message to one does
 * not hold up the others.
 */
export class OutboxScheduler<Peer extends HasOutbox> {
  readonly #waiting = new Set<Peer>();
  #queuedMessages = 0;
  #leavingBytes = 0;
  #dueMs: number | undefined;

  /** Messages that wait in all outboxes together, those that are leaving not counted. */
  get queuedMessages(): number {
    return this.#queuedMessages;
  }

  /** Long messages that are leaving, bytes of plaintext. */
  get leavingBytes(): number {
    return this.#leavingBytes;
  }

  /**
   * Hands a message to a peer's outbox.
   *
   * @param peer Whose outbox.
   * @param plaintext See `Outbox.push`.
   * @param now The moment.
   * @returns See `Outbox.push`.
   */
  push(peer: Peer, plaintext: Uint8Array, now: Instant): Uint8Array | "queued" | "full" {
    const isFull = this.#queuedMessages >= MAX_TOTAL_QUEUED_MESSAGES;
    if (isFull && !peer.outbox.leavesAtOnce(plaintext)) return "full";
    const result = peer.outbox.push(plaintext, now);
    if (result === "queued") {
      this.#queuedMessages++;
      this.wake(peer, now);
    }
    return result;
  }

  /**
   * Hands a message to a peer's outbox that is to leave in its turn, however short it is.
   *
   * @param peer Whose outbox.
   * @param plaintext See `Outbox.pushLater`.
   * @param now The moment.
   * @returns See `Outbox.pushLater`.
   */
  pushLater(peer: Peer, plaintext: Uint8Array, now: Instant): "queued" | "full" {
    if (this.#queuedMessages >= MAX_TOTAL_QUEUED_MESSAGES) return "full";
    const result = peer.outbox.pushLater(plaintext);
    if (result === "queued") {
      this.#queuedMessages++;
      this.wake(peer, now);
    }
    return result;
  }

  /**
   * Hands a message to a peer's outbox that left it before.
   *
   * @param peer Whose outbox.
   * @param plaintext See `Outbox.pushAgain`.
   * @param now The moment.
   * @returns See `Outbox.pushAgain`.
   */
  pushAgain(peer: Peer, plaintext: Uint8Array, now: Instant): "queued" | "waiting" | "full" {
    if (this.#queuedMessages >= MAX_TOTAL_QUEUED_MESSAGES) return "full";
    const result = peer.outbox.pushAgain(plaintext);
    if (result === "queued") {
      this.#queuedMessages++;
      this.wake(peer, now);
    }
    return result;
  }

  /** Takes note that a peer's outbox has something to send. */
  wake(peer: Peer, now: Instant): void {
    this.#waiting.add(peer);
    this.#dueMs ??= now.monotonicMs;
  }

  /** Forgets a peer and what waits for it. */
  remove(peer: Peer): void {
    if (!this.#waiting.delete(peer)) return;
    this.#queuedMessages -= peer.outbox.queuedMessages;
    this.#leavingBytes -= peer.outbox.leavingBytes;
  }

  /**
   * Gives what may leave now.
   *
   * @param now The moment.
   * @returns At most `MAX_RELEASED_DATAGRAMS`, the peers taking turns.
   */
  release(now: Instant): Released<Peer>[] {
    if (this.#dueMs === undefined || now.monotonicMs < this.#dueMs) return [];
    const released: Released<Peer>[] = [];
    const turn: Turn = { sealedBytes: 0, isCrowded: false };
    // Re-adding puts a peer behind the others; the loop then meets it again in its turn.
    for (const peer of this.#waiting) {
      if (released.length >= MAX_RELEASED_DATAGRAMS) break;
      if (!this.#maySeal(peer.outbox, turn)) continue;
      const datagram = this.#releaseOne(peer.outbox, now);
      if (datagram === undefined) {
        if (peer.outbox.isEmpty) this.#waiting.delete(peer);
        continue;
      }
      released.push({ peer, datagram });
      this.#waiting.delete(peer);
      this.#waiting.add(peer);
    }
    this.#dueMs = this.#waiting.size > 0 ? now.monotonicMs + RELEASE_INTERVAL_MS : undefined;
    return released;
  }

  /** When `release` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }

  #maySeal({ nextSealBytes: bytes, nextIsRepair }: Outbox, turn: Turn): boolean {
    if (turn.sealedBytes > 0 && turn.sealedBytes + bytes > MAX_SEALED_BYTES) return bytes === 0;
    // A repair holds but a few of the message's fragments; and what is leaving may have to wait for it.
    if (bytes > MAX_UNBOUND_BYTES && !nextIsRepair) {
      const leavingBytes = this.#leavingBytes + bytes;
      turn.isCrowded ||= this.#leavingBytes > 0 && leavingBytes > MAX_LEAVING_BYTES;
      if (turn.isCrowded) return false;
    }
    turn.sealedBytes += bytes;
    return true;
  }

  #releaseOne(outbox: Outbox, now: Instant): Uint8Array | undefined {
    const { queuedMessages, leavingBytes } = outbox;
    const datagram = outbox.release(now);
    this.#queuedMessages += outbox.queuedMessages - queuedMessages;
    this.#leavingBytes += outbox.leavingBytes - leavingBytes;
    return datagram;
  }
}
