import type { Allocate } from "./fragment.ts";
import { MAX_TLV_VALUE_BYTES, TLV_HEADER_BYTES, writeTlvHeader } from "./tlv.ts";
import type { TlvTypes } from "./tlv_types.ts";
import { writeU64 } from "./u64.ts";

const SEQUENCE_TLV_BYTES = TLV_HEADER_BYTES + 8;

/**
 * Encodes a message as the relay passes it on: SENDER_ID, RELAY_SEQUENCE, and as many MESSAGE TLVs
 * as it takes. In one array, because it is done for every message.
 *
 * @param types The type table in use.
 * @param senderId The value of SENDER_ID, at most 65,535 bytes.
 * @param sequence The value of RELAY_SEQUENCE, u64.
 * @param payload Bytes of the message; copied. An empty one makes one empty TLV.
 * @param allocate Makes the array.
 * @returns The plaintext of a token, owned by the caller.
 * @see PROTOCOL 1.5
 */
export function encodeRelayedMessage(
  types: TlvTypes,
  senderId: Uint8Array,
  sequence: bigint,
  payload: Uint8Array,
  allocate: Allocate,
): Uint8Array {
  const messageTlvs = Math.max(1, Math.ceil(payload.byteLength / MAX_TLV_VALUE_BYTES));
  const senderTlvBytes = TLV_HEADER_BYTES + senderId.byteLength;
  const headBytes = senderTlvBytes + SEQUENCE_TLV_BYTES;
  const bytes = allocate(headBytes + messageTlvs * TLV_HEADER_BYTES + payload.byteLength);
  writeTlvHeader(bytes, 0, types.SENDER_ID, senderId.byteLength);
  bytes.set(senderId, TLV_HEADER_BYTES);
  writeTlvHeader(bytes, senderTlvBytes, types.RELAY_SEQUENCE, 8);
  writeU64(bytes, senderTlvBytes + TLV_HEADER_BYTES, sequence);
  writeMessage(bytes, headBytes, types.MESSAGE, payload);
  return bytes;
}

function writeMessage(bytes: Uint8Array, offset: number, type: number, payload: Uint8Array): void {
  if (payload.byteLength <= MAX_TLV_VALUE_BYTES) {
    writeTlvHeader(bytes, offset, type, payload.byteLength);
    return bytes.set(payload, offset + TLV_HEADER_BYTES);
  }
  let at = offset;
  for (let from = 0; from < payload.byteLength; from += MAX_TLV_VALUE_BYTES) {
    const part = payload.subarray(from, from + MAX_TLV_VALUE_BYTES);
    writeTlvHeader(bytes, at, type, part.byteLength);
    bytes.set(part, at + TLV_HEADER_BYTES);
    at += TLV_HEADER_BYTES + part.byteLength;
  }
}
