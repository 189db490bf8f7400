const RANGE_BYTES = 16;

/** The most ranges that one NACK may name (PROTOCOL 1.2). */
export const MAX_NACK_RANGES = 64;

/** Relay sequences from the first to the last, both included. */
export interface SequenceRange {
  /** u64, from 1. */
  readonly first: bigint;
  /** u64, not below `first`. */
  readonly last: bigint;
}

/**
 * Encodes the value of NACK, or, of one range, that of LOST.
 *
 * @param ranges 1 to 64 ranges.
 * @returns 16 bytes for each, owned by the caller.
 * @throws {RangeError} If there are none or too many.
 * @see PROTOCOL 1.2, 1.7
 */
export function encodeSequenceRanges(ranges: readonly SequenceRange[]): Uint8Array {
  if (ranges.length < 1 || ranges.length > MAX_NACK_RANGES) {
    throw new RangeError(
      `Cannot encode sequence ranges: want 1 to ${MAX_NACK_RANGES}, got ${ranges.length}`,
    );
  }
  const bytes = new Uint8Array(RANGE_BYTES * ranges.length);
  const view = new DataView(bytes.buffer);
  ranges.forEach(({ first, last }, index) => {
    view.setBigUint64(RANGE_BYTES * index, first);
    view.setBigUint64(RANGE_BYTES * index + 8, last);
  });
  return bytes;
}

/**
 * Decodes the value of NACK or LOST.
 *
 * @param value The value of a TLV.
 * @returns 1 to 64 ranges, which may overlap; `undefined` when the length is not that of so many, or
 *   a range begins with 0 or ends before it begins.
 */
export function decodeSequenceRanges(value: Uint8Array): SequenceRange[] | undefined {
  const count = value.byteLength / RANGE_BYTES;
  if (!Number.isInteger(count) || count < 1 || count > MAX_NACK_RANGES) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const ranges: SequenceRange[] = [];
  for (let at = 0; at < value.byteLength; at += RANGE_BYTES) {
    const range = { first: view.getBigUint64(at), last: view.getBigUint64(at + 8) };
    if (range.first === 0n || range.last < range.first) return undefined;
    ranges.push(range);
  }
  return ranges;
}
