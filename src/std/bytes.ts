/**
 * The part of `@std/bytes` that hushcast uses, with the names, signatures and meaning that JSR
 * documents, over `node:buffer`. `scripts/jsr_import_map.json` puts the real package in its place.
 *
 * None of these functions takes constant time: secrets are compared elsewhere.
 *
 * @module
 */
import { Buffer } from "node:buffer";

/**
 * Joins byte arrays into one.
 *
 * @param buffers The parts, in order; they are copied.
 * @returns A new array owned by the caller.
 */
export function concat(buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  // Not Buffer.concat: its small results share one pool, and `.buffer` would show foreign bytes.
  const joined = new Uint8Array(buffers.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of buffers) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/**
 * Says whether two byte arrays hold the same bytes.
 *
 * @param a The one.
 * @param b The other.
 * @returns Whether length and all bytes agree.
 */
export function equals(a: Uint8Array, b: Uint8Array): boolean {
  return asBuffer(a).equals(b);
}

/**
 * Says whether an array begins with other bytes.
 *
 * @param source The array.
 * @param prefix The bytes to look for; none at all always match.
 * @returns Whether `source` begins with `prefix`.
 */
export function startsWith(source: Uint8Array, prefix: Uint8Array): boolean {
  return equals(source.subarray(0, prefix.length), prefix);
}

/**
 * Says whether an array ends with other bytes.
 *
 * @param source The array.
 * @param suffix The bytes to look for; none at all always match.
 * @returns Whether `source` ends with `suffix`.
 */
export function endsWith(source: Uint8Array, suffix: Uint8Array): boolean {
  if (suffix.length > source.length) return false;
  return equals(source.subarray(source.length - suffix.length), suffix);
}

/**
 * Finds bytes in an array.
 *
 * @param source The array.
 * @param needle The bytes to look for; none at all are never found.
 * @param start Offset to begin at; a negative one counts from the end.
 * @returns Offset of the first place at or after `start`, or -1.
 */
export function indexOfNeedle(source: Uint8Array, needle: Uint8Array, start = 0): number {
  if (needle.length === 0) return -1;
  const from = start < 0 ? Math.max(0, source.length + start) : start;
  if (needle.length > source.length - from) return -1;
  return asBuffer(source).indexOf(needle, from);
}

/**
 * Says whether bytes are found in an array.
 *
 * @param source The array.
 * @param needle The bytes to look for; none at all are never found.
 * @param start Offset to begin at; a negative one counts from the end.
 * @returns Whether there is such a place at or after `start`.
 */
export function includesNeedle(source: Uint8Array, needle: Uint8Array, start = 0): boolean {
  return indexOfNeedle(source, needle, start) !== -1;
}

/**
 * Copies bytes into another array, as many as fit.
 *
 * @param src Where the bytes come from.
 * @param dst Where they go; nothing behind its end is written.
 * @param offset Offset in `dst` of the first byte written, taken into `dst` when outside.
 * @returns How many bytes were copied.
 */
export function copy(src: Uint8Array, dst: Uint8Array, offset = 0): number {
  const from = Math.min(Math.max(0, offset), dst.length);
  const fitting = src.subarray(0, dst.length - from);
  dst.set(fitting, from);
  return fitting.length;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
