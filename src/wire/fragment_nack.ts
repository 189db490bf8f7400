import { HushcastError } from "../errors.ts";

/** A request to send fragments again (PROTOCOL 1.6). */
export interface FragmentNack {
  /** The message that the fragments belong to, u32. */
  readonly messageId: number;
  /** Sequence numbers that have not come, u16 each. */
  readonly missing: readonly number[];
}

/** Raised when a FRAGMENT_NACK value has no whole number of fields. */
export class FragmentNackError extends HushcastError {
  readonly code = "FRAGMENT_NACK_MALFORMED";
}

/**
 * Encodes the value of FRAGMENT_NACK.
 *
 * @param nack Message id and missing sequence numbers.
 * @returns 4 bytes and 2 for each number, owned by the caller.
 */
export function encodeFragmentNack({ messageId, missing }: FragmentNack): Uint8Array {
  const bytes = new Uint8Array(4 + 2 * missing.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, messageId);
  missing.forEach((sequenceNumber, index) => view.setUint16(4 + 2 * index, sequenceNumber));
  return bytes;
}

/**
 * Decodes the value of FRAGMENT_NACK.
 *
 * @param value 4 bytes, then 2 for each missing fragment.
 * @returns Message id and missing sequence numbers, not yet checked against any message.
 * @throws {FragmentNackError} If the value is shorter than 4 bytes or of odd length.
 */
export function decodeFragmentNack(value: Uint8Array): FragmentNack {
  if (value.byteLength < 4 || value.byteLength % 2 !== 0) {
    throw new FragmentNackError(
      `Cannot decode FRAGMENT_NACK: want 4 bytes and pairs, got ${value.byteLength}`,
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const missing: number[] = [];
  for (let at = 4; at < value.byteLength; at += 2) missing.push(view.getUint16(at));
  return { messageId: view.getUint32(0), missing };
}
