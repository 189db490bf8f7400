/** The system's random bytes, fetched many at a time: a call for 16 costs as much as one for 4,096. */
export class RandomPool {
  readonly #pool: Uint8Array<ArrayBuffer>;
  #at: number;

  /** @param poolBytes How many bytes are fetched at a time. */
  constructor(poolBytes = 4_096) {
    this.#pool = new Uint8Array(poolBytes);
    this.#at = poolBytes;
  }

  /**
   * Gives unpredictable bytes, none of them twice.
   *
   * @param count At most the size of the pool.
   * @returns A view that is good until the next call.
   */
  take(count: number): Uint8Array {
    if (this.#at + count > this.#pool.byteLength) {
      crypto.getRandomValues(this.#pool);
      this.#at = 0;
    }
    const bytes = this.#pool.subarray(this.#at, this.#at + count);
    this.#at += count;
    return bytes;
  }
}
