/**
 * Encodes a u64 value, as RELAY_SEQUENCE, CLIENT_SEQUENCE and KEEP_ALIVE_REPLY carry it.
 *
 * @param value 0 to 2^64 - 1.
 * @returns 8 bytes, big-endian, owned by the caller.
 */
export function encodeU64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/**
 * Decodes a u64 value.
 *
 * @param bytes The value of a TLV.
 * @returns The number, or `undefined` when `bytes` is not exactly 8 bytes long.
 */
export function decodeU64(bytes: Uint8Array): bigint | undefined {
  if (bytes.byteLength !== 8) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
}
