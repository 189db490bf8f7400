/** Random times between events that know nothing of each other, the same at each run: xorshift32. */
export class RandomGaps {
  #state: number;

  /** @param seed Any whole number but 0. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next number, above 0 and below 1. */
  next(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) / 0x1_0000_0000;
  }

  /** A gap, exponentially distributed. @param mean In any unit, which the gap is in as well. */
  gap(mean: number): number {
    return -mean * Math.log(this.next());
  }
}
