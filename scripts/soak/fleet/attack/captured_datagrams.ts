import type { SeededRandom } from "../../../seeded_random.ts";

/** The longest datagram that is kept, bytes. */
const MAX_DATAGRAM_BYTES = 2_048;

/**
 * Datagrams that real clients sent, for an attacker to send again: some that have just been sent, and
 * some from long ago.
 */
export class CapturedDatagrams {
  readonly #places: (Uint8Array | undefined)[];
  readonly #random: SeededRandom;
  #seen = 0;

  /** @param capacity How many are kept. @param random What is kept, and what is drawn. */
  constructor(capacity: number, random: SeededRandom) {
    this.#places = new Array<Uint8Array | undefined>(capacity).fill(undefined);
    this.#random = random;
  }

  /** How many it was shown. */
  get seen(): number {
    return this.#seen;
  }

  /** Takes a copy. Half of the places hold what came last, the others any that came before. */
  add(datagram: Uint8Array): void {
    if (datagram.byteLength > MAX_DATAGRAM_BYTES) return;
    this.#seen++;
    const half = this.#places.length >> 1;
    const recent = this.#seen % half;
    const passed = this.#places[recent];
    this.#places[recent] = datagram.slice();
    // What is pushed out stays with a chance that makes the old half reach far back.
    if (passed === undefined || !this.#random.chance(0.1)) return;
    this.#places[half + this.#random.below(half)] = passed;
  }

  /** One of them; `undefined` while there is none. */
  draw(): Uint8Array | undefined {
    const [from, count] = [this.#random.below(this.#places.length), this.#places.length];
    for (let step = 0; step < count; step++) {
      const datagram = this.#places[(from + step) % count];
      if (datagram !== undefined) return datagram;
    }
    return undefined;
  }
}
