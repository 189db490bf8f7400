const HIGH = 2 ** 32;

/**
 * Encodes a u64 value, as RELAY_SEQUENCE, CLIENT_SEQUENCE and KEEP_ALIVE_REPLY carry it.
 *
 * @param value 0 to 2^64 - 1.
 * @returns 8 bytes, big-endian, owned by the caller.
 */
export function encodeU64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  writeU64(bytes, 0, value);
  return bytes;
}

/**
 * Writes a u64 value where it is needed.
 *
 * @param bytes Where to, with room for 8 bytes.
 * @param at Offset of the first of them.
 * @param value 0 to 2^64 - 1.
 */
export function writeU64(bytes: Uint8Array, at: number, value: bigint): void {
  const number = Number(value);
  // By bytes: a DataView would have the engine allocate a buffer for a short array. A bigint too long
  // for a number is cut in two first.
  const isExact = number <= Number.MAX_SAFE_INTEGER;
  writeU32(bytes, at, isExact ? Math.floor(number / HIGH) : Number(value >> 32n));
  writeU32(bytes, at + 4, isExact ? number % HIGH : Number(value & 0xffff_ffffn));
}

/**
 * Decodes a u64 value.
 *
 * @param bytes The value of a TLV.
 * @returns The number, or `undefined` when `bytes` is not exactly 8 bytes long.
 */
export function decodeU64(bytes: Uint8Array): bigint | undefined {
  if (bytes.byteLength !== 8) return undefined;
  const high = readU32(bytes, 0);
  const low = readU32(bytes, 4);
  return high < 0x20_0000 ? BigInt(high * HIGH + low) : BigInt(high) << 32n | BigInt(low);
}

function writeU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function readU32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return a * 0x100_0000 + (b << 16 | c << 8 | d);
}
