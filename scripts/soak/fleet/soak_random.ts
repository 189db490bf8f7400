/**
 * Random numbers that are the same at each run of a seed: xorshift32, good enough to choose what goes
 * wrong next, and for no secrets.
 */
export class SoakRandom {
  #state: number;

  /** @param seed Any whole number. */
  constructor(seed: number) {
    // A state of 0 would stay 0 for ever, and small seeds begin with small numbers.
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0 || 1;
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
    return low + this.uint32() / 2 ** 32 * (high - low);
  }

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 2 ** 32;
  }

  /** One of some items; `undefined` when there are none. */
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.below(Math.max(1, items.length))];
  }

  /** Some bytes, in a new array. */
  bytes(count: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at++) bytes[at] = this.uint32() >>> 24;
    return bytes;
  }

  /** Another source of random numbers, which does not depend on how often this one is asked later. */
  fork(): SoakRandom {
    return new SoakRandom(this.uint32());
  }
}
