/** Random numbers that are the same at each run: xorshift32, good enough for tests and no secrets. */
export class SeededRandom {
  #state: number;

  /** @param seed Any whole number; the same seed gives the same numbers. */
  constructor(seed: number) {
    // A state of 0 would stay 0 for ever.
    this.#state = (seed >>> 0) || 0x9e3779b9;
  }

  /** A number of 32 bits. */
  uint32(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return this.#state >>> 0;
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
