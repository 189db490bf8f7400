import { createHash, type Hash } from "node:crypto";

const SHA256_BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/**
 * HMAC-SHA256 under one key, for many short inputs.
 *
 * The two padded keys are hashed once, here, and each digest goes on from copies of those states.
 * `createHmac` starts over each time, which costs 1.5 to 2 µs more: a fifth of a short token's time.
 *
 * @see RFC 2104, section 4 (precomputed keys)
 */
export class HmacSha256 {
  readonly #inner: Hash;
  readonly #outer: Hash;

  /**
   * Prepares a key.
   *
   * @param key At most 64 bytes, so that it is never hashed itself; not kept.
   * @throws {RangeError} If the key is longer.
   */
  constructor(key: Uint8Array) {
    if (key.byteLength > SHA256_BLOCK_BYTES) {
      throw new RangeError(
        `Cannot prepare HMAC: key has ${key.byteLength} bytes, at most ${SHA256_BLOCK_BYTES}`,
      );
    }
    this.#inner = paddedKeyHash(key, INNER_PAD);
    this.#outer = paddedKeyHash(key, OUTER_PAD);
  }

  /**
   * Authenticates bytes.
   *
   * @param bytes What to authenticate; not kept.
   * @returns The HMAC, 32 bytes, to be read or copied at once: its memory may be part of a pool.
   */
  digest(bytes: Uint8Array): Uint8Array {
    const innerDigest = this.#inner.copy().update(bytes).digest();
    return this.#outer.copy().update(innerDigest).digest();
  }
}

function paddedKeyHash(key: Uint8Array, pad: number): Hash {
  const block = new Uint8Array(SHA256_BLOCK_BYTES);
  block.set(key);
  return createHash("sha256").update(block.map((byte) => byte ^ pad));
}
