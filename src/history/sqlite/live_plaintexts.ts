/** Entries before the first look for those that are of no more use. */
const FIRST_SWEEP = 8_192;

/**
 * Plaintexts that somebody still has, by number.
 *
 * The relay tells by identity whether a message waits for a client already. So a message that is read
 * from the disk a second time must come with the same array for as long as any queue holds that; and
 * for no longer, or the memory would have to hold what the disk is for.
 */
export class LivePlaintexts {
  readonly #references = new Map<bigint, WeakRef<Uint8Array>>();
  #sweepAt = FIRST_SWEEP;

  /** How many are on record, also those that nobody has any more. */
  get size(): number {
    return this.#references.size;
  }

  /** Takes note of a plaintext. */
  add(sequence: bigint, plaintext: Uint8Array): void {
    this.#references.set(sequence, new WeakRef(plaintext));
    if (this.size >= this.#sweepAt) this.#sweep();
  }

  /** The plaintext of a number, if somebody has it. */
  find(sequence: bigint): Uint8Array | undefined {
    return this.#references.get(sequence)?.deref();
  }

  #sweep(): void {
    for (const [sequence, reference] of this.#references) {
      if (reference.deref() === undefined) this.#references.delete(sequence);
    }
    // At twice what is left, so that the cost of a sweep is spread over as many additions.
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.size);
  }
}
