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

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 0x1_0000_0000;
  }

  /** Some bytes, in a new array. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: count }, () => this.uint32() >>> 24);
  }

  /** The same items in another order. */
  shuffle<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ key: this.uint32(), item }));
    return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
  }
}
