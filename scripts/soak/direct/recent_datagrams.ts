import type { SeededRandom } from "../../seeded_random.ts";

interface RecentDatagram {
  readonly atMs: number;
  readonly datagram: Uint8Array;
}

/**
 * Datagrams that were sent in the last seconds. RSA blocks alone tell nothing of their age: those that
 * are older than the server's memory of messages are new to it, as its documentation says, so an
 * attacker that replays them must be quick.
 */
export class RecentDatagrams {
  readonly #maxAgeMs: number;
  readonly #capacity: number;
  #kept: RecentDatagram[] = [];

  /** @param maxAgeMs How old they get. @param capacity How many are kept at most. */
  constructor(maxAgeMs: number, capacity: number) {
    this.#maxAgeMs = maxAgeMs;
    this.#capacity = capacity;
  }

  /** Takes a copy. */
  add(datagram: Uint8Array, nowMs: number): void {
    this.#kept.push({ atMs: nowMs, datagram: datagram.slice() });
    if (this.#kept.length > this.#capacity) this.#kept.shift();
  }

  /** One of those that are not too old; `undefined` when there is none. */
  draw(random: SeededRandom, nowMs: number): Uint8Array | undefined {
    this.#kept = this.#kept.filter(({ atMs }) => nowMs - atMs <= this.#maxAgeMs);
    return random.pick(this.#kept)?.datagram;
  }
}
