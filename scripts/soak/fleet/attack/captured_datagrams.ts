import type { SeededRandom } from "../../../seeded_random.ts";

/** The longest datagram that is kept, bytes. */
const MAX_DATAGRAM_BYTES = 2_048;

/**
 * Datagrams that real clients sent, for an attacker to send again: some that have just been sent, and
 * some from long ago.
 */
export class CapturedDatagrams {
  readonly #capacity: number;
  readonly #random: SeededRandom;
  readonly #recent: Uint8Array[] = [];
  readonly #old: Uint8Array[] = [];
  #seen = 0;

  /** @param capacity How many are kept. @param random What is kept, and what is drawn. */
  constructor(capacity: number, random: SeededRandom) {
    this.#capacity = capacity;
    this.#random = random;
  }

  /** How many it was shown. */
  get seen(): number {
    return this.#seen;
  }

  /** Takes a copy. Half of the places are for what came last, the others for any that came before. */
  add(datagram: Uint8Array): void {
    if (datagram.byteLength > MAX_DATAGRAM_BYTES) return;
    const half = this.#capacity >> 1;
    const place = this.#seen++ % half;
    const passed = this.#recent[place];
    this.#recent[place] = datagram.slice();
    // What is pushed out stays with a chance that makes the old half reach far back.
    if (passed === undefined || !this.#random.chance(0.1)) return;
    const isFull = this.#old.length >= half;
    this.#old[isFull ? this.#random.below(half) : this.#old.length] = passed;
  }

  /** One of them, each as likely as any other; `undefined` while there is none. */
  draw(): Uint8Array | undefined {
    const drawn = this.#random.below(Math.max(1, this.#recent.length + this.#old.length));
    return this.#recent[drawn] ?? this.#old[drawn - this.#recent.length];
  }
}
