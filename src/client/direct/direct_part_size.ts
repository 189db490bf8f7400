import { maxDirectBodyBytes } from "../../wire/direct_frame.ts";
import { MAX_TLV_VALUE_BYTES, TLV_HEADER_BYTES } from "../../wire/tlv.ts";
import { maxPlaintextBytes } from "../../wire/token_size.ts";

/** The most payload that one hybrid message carries, bytes: both ends hold it several times over. */
export const MAX_PART_BYTES = 512 * 1024;

/** CLIENT_SEQUENCE: a u64. */
const SEQUENCE_TLV_BYTES = TLV_HEADER_BYTES + 8;

/** MESSAGE_PART: transfer id 8 bytes, part number u32, part count u32. */
const MESSAGE_PART_TLV_BYTES = TLV_HEADER_BYTES + 16;

/** What decides how much fits one hybrid message. */
export interface HybridRoom {
  /** Payload of a fragment, bytes. */
  readonly maxFragmentBytes: number;
  /** Length of the server's modulus, bytes. */
  readonly serverModulusBytes: number;
  /** Length of a signature, bytes; 0 when nothing is signed. */
  readonly signatureBytes: number;
}

/** How much payload fits one hybrid message, bytes. */
export interface HybridPartSize {
  /** A message that goes as one, without MESSAGE_PART. */
  readonly wholeBytes: number;
  /** A part of a longer message, with MESSAGE_PART. */
  readonly partBytes: number;
}

/**
 * Works out how much payload fits one hybrid message of at most 255 fragments.
 *
 * @param room What there is room for.
 * @returns The longest payloads, each at most `MAX_PART_BYTES`.
 * @throws {RangeError} If the fragments are too short for any payload.
 * @see PROTOCOL 2.1, 2.2
 */
export function hybridPartSize(room: HybridRoom): HybridPartSize {
  const { maxFragmentBytes, serverModulusBytes, signatureBytes } = room;
  const tokenBytes = maxDirectBodyBytes(maxFragmentBytes, serverModulusBytes) - serverModulusBytes;
  const signatureTlvBytes = signatureBytes === 0 ? 0 : TLV_HEADER_BYTES + signatureBytes;
  const tlvBytes = maxPlaintextBytes(tokenBytes) - SEQUENCE_TLV_BYTES - signatureTlvBytes;
  const partBytes = payloadWithin(tlvBytes - MESSAGE_PART_TLV_BYTES);
  if (partBytes < 1) {
    throw new RangeError(`Cannot send: fragments of ${maxFragmentBytes} bytes hold no message`);
  }
  return { wholeBytes: payloadWithin(tlvBytes), partBytes };
}

/** How much payload fits so many bytes of MESSAGE TLVs, each with its header. */
function payloadWithin(tlvBytes: number): number {
  const tlvs = Math.max(1, Math.ceil(tlvBytes / (TLV_HEADER_BYTES + MAX_TLV_VALUE_BYTES)));
  return Math.min(tlvBytes - tlvs * TLV_HEADER_BYTES, MAX_PART_BYTES);
}
