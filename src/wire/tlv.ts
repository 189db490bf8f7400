import { HushcastError } from "../errors.ts";

/** Bytes of a TLV's header: type u16, length u16. */
export const TLV_HEADER_BYTES = 4;

/** The longest value that one TLV can carry. */
export const MAX_TLV_VALUE_BYTES = 0xffff;

/** One type-length-value element (PROTOCOL 1.1). */
export interface Tlv {
  /** Type number, u16. */
  readonly type: number;
  /** 0 to 65,535 bytes; after decoding a view into the decoded buffer. */
  readonly value: Uint8Array;
}

/** Raised when bytes end within a TLV, or are left over after the last one. */
export class TlvTruncatedError extends HushcastError {
  readonly code = "TLV_TRUNCATED";

  /**
   * @param wantBytes How many bytes the TLV needs from its first byte on.
   * @param gotBytes How many there are.
   */
  constructor(readonly wantBytes: number, readonly gotBytes: number) {
    super(`Cannot decode TLV: need ${wantBytes} bytes, have ${gotBytes}`);
  }
}

/**
 * Decodes a sequence of TLVs that fills `bytes` exactly.
 *
 * @param bytes The whole sequence; none at all gives an empty array.
 * @returns The TLVs in order. Their values are views: they share memory with `bytes`, and a caller
 *   that keeps one past the life of `bytes` copies it.
 * @throws {TlvTruncatedError} If a header or value runs past the end.
 * @see PROTOCOL 1.1
 */
export function decodeTlvs(bytes: Uint8Array): Tlv[] {
  const tlvs: Tlv[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    const left = bytes.byteLength - at;
    if (left < TLV_HEADER_BYTES) throw new TlvTruncatedError(TLV_HEADER_BYTES, left);
    const end = at + TLV_HEADER_BYTES + readU16(bytes, at + 2);
    if (end > bytes.byteLength) throw new TlvTruncatedError(end - at, left);
    tlvs.push({ type: readU16(bytes, at), value: bytes.subarray(at + TLV_HEADER_BYTES, end) });
    at = end;
  }
  return tlvs;
}

/**
 * Decodes bytes that a peer sent, and that need not be TLVs at all.
 *
 * @param bytes See `decodeTlvs`.
 * @returns See `decodeTlvs`; `undefined` where that throws.
 */
export function tryDecodeTlvs(bytes: Uint8Array): Tlv[] | undefined {
  try {
    return decodeTlvs(bytes);
  } catch (error) {
    if (error instanceof TlvTruncatedError) return undefined;
    throw error;
  }
}

/**
 * Encodes TLVs one after the other.
 *
 * @param tlvs Each with a type of 16 bits and a value of at most 65,535 bytes.
 * @returns A new array owned by the caller.
 * @throws {RangeError} If a type or a value does not fit its field.
 * @see PROTOCOL 1.1
 */
export function encodeTlvs(tlvs: readonly Tlv[]): Uint8Array<ArrayBuffer> {
  let size = 0;
  for (const { value } of tlvs) size += TLV_HEADER_BYTES + value.byteLength;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const tlv of tlvs) at = writeTlv(tlv, bytes, at);
  return bytes;
}

/**
 * Finds the first TLV of a type.
 *
 * @param tlvs Decoded TLVs.
 * @param type The type number wanted.
 * @returns Its value, or `undefined` when there is none.
 */
export function findTlv(tlvs: readonly Tlv[], type: number): Uint8Array | undefined {
  return tlvs.find((tlv) => tlv.type === type)?.value;
}

/**
 * Writes the header of a TLV where it is needed.
 *
 * @param bytes Where to, with room for it.
 * @param at Offset of the header.
 * @param type u16.
 * @param valueBytes Length of the value, u16.
 */
export function writeTlvHeader(
  bytes: Uint8Array,
  at: number,
  type: number,
  valueBytes: number,
): void {
  bytes[at] = type >>> 8;
  bytes[at + 1] = type;
  bytes[at + 2] = valueBytes >>> 8;
  bytes[at + 3] = valueBytes;
}

// By bytes, and not by a DataView: short arrays would get a buffer of their own for it.
function readU16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) << 8 | (bytes[at + 1] ?? 0);
}

function writeTlv({ type, value }: Tlv, bytes: Uint8Array, at: number): number {
  if (!Number.isInteger(type) || type < 0 || type > 0xffff) {
    throw new RangeError(`Cannot encode TLV: type must be a u16, got ${type}`);
  }
  if (value.byteLength > MAX_TLV_VALUE_BYTES) {
    throw new RangeError(
      `Cannot encode TLV: value must be at most ${MAX_TLV_VALUE_BYTES} bytes, got ${value.byteLength}`,
    );
  }
  writeTlvHeader(bytes, at, type, value.byteLength);
  bytes.set(value, at + TLV_HEADER_BYTES);
  return at + TLV_HEADER_BYTES + value.byteLength;
}
