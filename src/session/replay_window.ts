/** Bits of the window's bitmap; one word is spent on the block that is being entered. */
const WORD_BITS = 32;
const WORDS = 8160 / WORD_BITS;

/** How many sequence numbers, up to the highest one taken, may still be taken (PROTOCOL 1.5). */
export const REPLAY_WINDOW = (WORDS - 1) * WORD_BITS;

/**
 * The sliding window of RFC 6479: takes each sequence number once, in any order, as long as it is
 * among the 8,128 that end with the highest.
 *
 * The bitmap is a ring of words. Moving ahead clears whole words, never shifts bits, which is the
 * point of RFC 6479 §2.
 */
export class ReplayWindow {
  /** Made when the first number comes: a client that only listens never sends one. */
  #words: Uint32Array | undefined;
  #highest = 0n;

  /** The highest sequence number taken; 0 before the first. */
  get highest(): bigint {
    return this.#highest;
  }

  /**
   * Takes a sequence number of an authentic message.
   *
   * @param sequence u64, from 1.
   * @returns False when it is 0, was taken before, or lies below the window.
   */
  accept(sequence: bigint): boolean {
    if (sequence === 0n) return false;
    if (sequence > this.#highest) this.#advance(sequence);
    else if (this.#highest - sequence >= BigInt(REPLAY_WINDOW)) return false;
    const { word, bit } = placeOf(sequence);
    const words = this.#words ??= new Uint32Array(WORDS);
    const bits = words[word] ?? 0;
    if ((bits & bit) !== 0) return false;
    words[word] = bits | bit;
    return true;
  }

  /**
   * Whether a sequence number was taken, as far as the window can tell.
   *
   * @param sequence u64.
   * @returns False also when it lies below the window.
   */
  remembers(sequence: bigint): boolean {
    const isWithin = sequence > 0n && sequence <= this.#highest &&
      this.#highest - sequence < BigInt(REPLAY_WINDOW);
    if (!isWithin) return false;
    const { word, bit } = placeOf(sequence);
    return ((this.#words?.[word] ?? 0) & bit) !== 0;
  }

  #advance(sequence: bigint): void {
    const words = this.#words ??= new Uint32Array(WORDS);
    const from = this.#highest / BigInt(WORD_BITS);
    const steps = sequence / BigInt(WORD_BITS) - from;
    const clear = steps > BigInt(WORDS) ? WORDS : Number(steps);
    for (let step = 1; step <= clear; step++) {
      words[Number((from + BigInt(step)) % BigInt(WORDS))] = 0;
    }
    this.#highest = sequence;
  }
}

function placeOf(sequence: bigint): { word: number; bit: number } {
  return {
    word: Number((sequence / BigInt(WORD_BITS)) % BigInt(WORDS)),
    bit: 1 << Number(sequence % BigInt(WORD_BITS)),
  };
}
