import { Deque } from "../session/deque.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { FRAGMENT_RATE } from "../session/fragment_rate.ts";
import { TokenBucket } from "../session/token_bucket.ts";

/** Datagrams that wait at once; a message that does not fit is refused. */
export const MAX_PACED_DATAGRAMS = 8_192;

/** Time between two releases, milliseconds. */
const RELEASE_INTERVAL_MS = 1;

/** A datagram that waits, and the message whose last one it is. */
export interface PacedDatagram {
  readonly datagram: Uint8Array;
  readonly to: Endpoint;
  /** Given back when it leaves. */
  readonly completes: number | undefined;
}

/** Sends the fragments of long messages one after the other, no faster than receivers can take. */
export class PacedSender {
  readonly #pace: TokenBucket;
  readonly #waiting = new Deque<PacedDatagram>();
  #dueMs: number | undefined;

  /** @param nowMs Monotonic time. */
  constructor(nowMs: number) {
    this.#pace = new TokenBucket(FRAGMENT_RATE, nowMs);
  }

  /** Datagrams that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Takes the datagrams of a message.
   *
   * @param datagrams In order; kept.
   * @param to Where to.
   * @param sendId Given back with the last one.
   * @param nowMs Monotonic time.
   * @returns False, and nothing taken, when too many wait.
   */
  push(datagrams: readonly Uint8Array[], to: Endpoint, sendId: number, nowMs: number): boolean {
    if (this.#waiting.size + datagrams.length > MAX_PACED_DATAGRAMS) return false;
    for (const [index, datagram] of datagrams.entries()) {
      const completes = index === datagrams.length - 1 ? sendId : undefined;
      this.#waiting.push({ datagram, to, completes });
    }
    this.#dueMs ??= nowMs;
    return true;
  }

  /** Gives what may leave now. */
  release(nowMs: number): PacedDatagram[] {
    if (this.#dueMs === undefined || nowMs < this.#dueMs) return [];
    const released: PacedDatagram[] = [];
    while (this.#waiting.size > 0 && this.#pace.take(nowMs)) {
      const next = this.#waiting.shift();
      if (next !== undefined) released.push(next);
    }
    this.#dueMs = this.#waiting.size > 0 ? nowMs + RELEASE_INTERVAL_MS : undefined;
    return released;
  }

  /** When `release` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }
}
