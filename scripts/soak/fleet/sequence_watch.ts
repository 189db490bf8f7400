/**
 * Looks whether the relay sequences that one reliable client is given follow on each other, but for
 * gaps that it was told of. Only for a client that says nothing itself: the numbers of its own
 * messages are not given to it.
 */
export class SequenceWatch {
  #newest: bigint | undefined;
  #jumps = 0;
  #repeats = 0;

  /** How many messages were passed over without a word. */
  get jumps(): number {
    return this.#jumps;
  }

  /** How many numbers came that were no higher than the one before. */
  get repeats(): number {
    return this.#repeats;
  }

  /** Takes the number of a message. Returns whether it was the one to come. */
  message(sequence: bigint): boolean {
    return this.#advance(sequence, sequence);
  }

  /** Takes a gap, both ends included. Returns whether it began with the number to come. */
  gap(first: bigint, last: bigint): boolean {
    return this.#advance(first, last);
  }

  /** The relay counts afresh. */
  newSeries(): void {
    this.#newest = undefined;
  }

  #advance(first: bigint, last: bigint): boolean {
    const expected = this.#newest === undefined ? first : this.#newest + 1n;
    if (first > expected) this.#jumps += Number(first - expected);
    if (first < expected) this.#repeats++;
    if (this.#newest === undefined || last > this.#newest) this.#newest = last;
    return first === expected;
  }
}
