import { concat } from "@std/bytes";
import { MAX_TLV_VALUE_BYTES, type Tlv } from "./tlv.ts";

/**
 * Wraps a payload of any length into MESSAGE TLVs, the one type that may be split.
 *
 * @param type The number of MESSAGE in the table in use.
 * @param payload Bytes of the message; they are not copied. An empty one makes one empty TLV.
 * @returns Consecutive TLVs of at most 65,535 bytes each.
 * @see PROTOCOL 1.1
 */
export function messageTlvs(type: number, payload: Uint8Array): Tlv[] {
  const tlvs: Tlv[] = [];
  let at = 0;
  do {
    const end = Math.min(at + MAX_TLV_VALUE_BYTES, payload.byteLength);
    tlvs.push({ type, value: payload.subarray(at, end) });
    at = end;
  } while (at < payload.byteLength);
  return tlvs;
}

/**
 * Puts a message together again from the MESSAGE TLVs of one token.
 *
 * @param type The number of MESSAGE in the table in use.
 * @param tlvs All TLVs of the token's plaintext.
 * @returns The payload, or `undefined` when the token holds no MESSAGE. A message in one TLV is a
 *   view of that TLV, a longer one a new array.
 * @see PROTOCOL 1.1
 */
export function joinMessage(type: number, tlvs: readonly Tlv[]): Uint8Array | undefined {
  const parts = tlvs.filter((tlv) => tlv.type === type).map((tlv) => tlv.value);
  return parts.length > 1 ? concat(parts) : parts[0];
}
