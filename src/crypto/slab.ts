/** Length of the arrays that short ones are cut from, bytes. */
export const SLAB_BYTES = 64 * 1024;

/** Longer arrays are made by themselves, bytes: they would waste what is left of a slab. */
export const MAX_SLAB_PART_BYTES = 4 * 1024;

/**
 * Hands out new arrays, cut from long ones one after the other. The engine takes about a microsecond
 * for an array with a buffer of its own, a tenth of that for a part of another one.
 *
 * No part is ever handed out twice. But a slab lives as long as any part of it: so one `Slab` is for
 * arrays of about the same life.
 */
export class Slab {
  #slab: Uint8Array<ArrayBuffer> = new Uint8Array();
  #at = 0;

  /**
   * Makes an array.
   *
   * @param bytes Its length.
   * @returns Zeros, owned by the caller; the buffer is shared with other arrays.
   */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (bytes > MAX_SLAB_PART_BYTES) return new Uint8Array(bytes);
    if (this.#at + bytes > this.#slab.byteLength) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      this.#at = 0;
    }
    const part = this.#slab.subarray(this.#at, this.#at + bytes);
    this.#at += bytes;
    return part;
  }
}
