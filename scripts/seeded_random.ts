/** Numbers that are drawn and thrown away, until a state has forgotten how alike its seeds were. */
const WARM_UP_NUMBERS = 16;

/**
 * Random numbers that are the same at each run: sfc32 of PractRand (Chris Doty-Humphrey), good enough
 * for tests and no secrets. Its state has 128 bits and what it gives shows a part of that, so that no
 * fork goes on where another one is.
 */
export class SeededRandom {
  #a: number;
  #b = 0x9e3779b9;
  #c = 0x243f6a88;
  #counter = 1;

  /** @param seed Any whole number; the same seed gives the same numbers. */
  constructor(seed: number) {
    this.#a = seed | 0;
    for (let drawn = 0; drawn < WARM_UP_NUMBERS; drawn++) this.uint32();
  }

  /** A number of 32 bits. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  /** A number from `low` up to `high`, any fraction. */
  between(low: number, high: number): number {
    return low + this.uint32() / 0x1_0000_0000 * (high - low);
  }

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 0x1_0000_0000;
  }

  /** Some bytes, in a new array. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: count }, () => this.uint32() >>> 24);
  }

  /** One of some items; `undefined` when there are none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(Math.max(1, items.length))];
  }

  /** One of some names, each as likely as its share of all shares. */
  draw<Name>(shares: readonly (readonly [name: Name, share: number])[]): Name | undefined {
    let left = this.below(Math.max(1, shares.reduce((sum, [, share]) => sum + share, 0)));
    return shares.find(([, share]) => (left -= share) < 0)?.[0];
  }

  /** The same items in another order. */
  shuffle<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ key: this.uint32(), item }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }

  /** Another source of random numbers, which does not depend on how often this one is asked later. */
  fork(): SeededRandom {
    return new SeededRandom(this.uint32());
  }
}
