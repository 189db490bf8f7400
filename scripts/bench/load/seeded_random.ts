/** Random numbers that are the same at each run: xorshift32, good enough to lose datagrams. */
export class SeededRandom {
  #state: number;

  /** @param seed Any whole number but 0. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) < probability * 0x1_0000_0000;
  }
}
