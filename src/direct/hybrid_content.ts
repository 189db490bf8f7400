import type { Tlv } from "../wire/tlv.ts";
import { findTlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { decodeMessagePart, type MessagePart } from "../wire/message_part.ts";
import { joinMessage } from "../wire/message.ts";
import { decodeU64 } from "../wire/u64.ts";

/** What the token of a hybrid message says (PROTOCOL 2.2). */
export interface HybridContent {
  /** MESSAGE. */
  readonly payload: Uint8Array;
  /** CLIENT_SEQUENCE, if there is one. */
  readonly sequence: bigint | undefined;
  /** MESSAGE_PART, if the message is a part of a longer one. */
  readonly part: MessagePart | undefined;
  /** SIGNATURE, if there is one; not checked. */
  readonly signature: Uint8Array | undefined;
}

/**
 * Reads the TLVs of a hybrid message's token.
 *
 * @param tlvs Of an authentic token, in memory of their own; TLVs of other types are passed over.
 * @param types The type table in use.
 * @returns The content, its payload in memory of its own, or `undefined` when it is malformed: no MESSAGE, a
 *   CLIENT_SEQUENCE or MESSAGE_PART of another form, or a SIGNATURE without the CLIENT_SEQUENCE that
 *   it is about.
 * @see PROTOCOL 2.2
 */
export function readHybridContent(
  tlvs: readonly Tlv[],
  types: TlvTypes,
): HybridContent | undefined {
  const payload = joinMessage(types.MESSAGE, tlvs);
  const sequenceValue = findTlv(tlvs, types.CLIENT_SEQUENCE);
  const partValue = findTlv(tlvs, types.MESSAGE_PART);
  const signature = findTlv(tlvs, types.SIGNATURE);
  const sequence = sequenceValue && decodeU64(sequenceValue);
  const part = partValue && decodeMessagePart(partValue);
  const isMalformed = payload === undefined ||
    (sequenceValue !== undefined && sequence === undefined) ||
    (partValue !== undefined && part === undefined) ||
    (signature !== undefined && sequence === undefined);
  // A copy, since it goes to the user, and tokens of others may share its buffer.
  return isMalformed ? undefined : { payload: payload.slice(), sequence, part, signature };
}
