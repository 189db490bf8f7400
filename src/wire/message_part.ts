/** Length of the id of a transfer. */
export const TRANSFER_ID_BYTES = 8;

const VALUE_BYTES = TRANSFER_ID_BYTES + 4 + 4;
const MAX_U32 = 0xffff_ffff;

/** Where a hybrid message stands in a transfer: one message sent as several (type 0x0131). */
export interface MessagePart {
  /** Names the transfer among those of its client, 8 random bytes. */
  readonly transferId: Uint8Array<ArrayBuffer>;
  /** Which part this is, from 0, less than `count`. */
  readonly number: number;
  /** How many parts there are, 1 to 2^32 - 1. */
  readonly count: number;
}

/**
 * Encodes the value of MESSAGE_PART.
 *
 * @param part Its fields.
 * @returns 16 bytes, owned by the caller.
 * @throws {RangeError} If a field is out of its range.
 */
export function encodeMessagePart({ transferId, number, count }: MessagePart): Uint8Array {
  if (transferId.byteLength !== TRANSFER_ID_BYTES) {
    throw new RangeError(
      `Cannot encode MESSAGE_PART: id has ${transferId.byteLength} bytes, need ${TRANSFER_ID_BYTES}`,
    );
  }
  if (!Number.isInteger(number) || number < 0 || number >= count || !isU32(count)) {
    throw new RangeError(`Cannot encode MESSAGE_PART: part ${number} of ${count}`);
  }
  const bytes = new Uint8Array(VALUE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(transferId);
  view.setUint32(TRANSFER_ID_BYTES, number);
  view.setUint32(TRANSFER_ID_BYTES + 4, count);
  return bytes;
}

/**
 * Decodes the value of MESSAGE_PART.
 *
 * @param value Any bytes.
 * @returns The fields, the id in a new array, or `undefined` when the value is not 16 bytes long or
 *   the number is not less than the count.
 */
export function decodeMessagePart(value: Uint8Array): MessagePart | undefined {
  if (value.byteLength !== VALUE_BYTES) return undefined;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const number = view.getUint32(TRANSFER_ID_BYTES);
  const count = view.getUint32(TRANSFER_ID_BYTES + 4);
  if (number >= count) return undefined;
  return { transferId: Uint8Array.from(value.subarray(0, TRANSFER_ID_BYTES)), number, count };
}

function isU32(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= MAX_U32;
}
