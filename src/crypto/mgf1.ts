import { sha256, SHA256_BYTES } from "./sha256.ts";

const COUNTER_BYTES = 4;

/**
 * MGF1 with SHA-256: stretches a seed to a mask.
 *
 * @param seed Any bytes; not kept.
 * @param length How many bytes of mask, 0 or more.
 * @returns The mask in a new array owned by the caller.
 * @see RFC 8017, appendix B.2.1
 */
export function mgf1(seed: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const input = new Uint8Array(seed.byteLength + COUNTER_BYTES);
  input.set(seed);
  const view = new DataView(input.buffer);
  const mask = new Uint8Array(length);
  for (let at = 0; at < length; at += SHA256_BYTES) {
    view.setUint32(seed.byteLength, at / SHA256_BYTES);
    mask.set(sha256(input).subarray(0, length - at), at);
  }
  return mask;
}

/**
 * Combines bytes with a mask, byte for byte by exclusive or.
 *
 * @param bytes Changed in place: masked when they were not, and the other way round.
 * @param mask As long as `bytes`.
 */
export function applyMask(bytes: Uint8Array, mask: Uint8Array): void {
  mask.forEach((byte, index) => bytes[index] = (bytes[index] ?? 0) ^ byte);
}
