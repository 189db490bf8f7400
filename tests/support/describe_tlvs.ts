import { decodeAck } from "../../src/wire/ack.ts";
import { decodeFragmentNack } from "../../src/wire/fragment_nack.ts";
import { decodeGroupKey } from "../../src/wire/group_key.ts";
import { decodeRegistrationRejected } from "../../src/wire/registration_rejected.ts";
import { decodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { decodeU64 } from "../../src/wire/u64.ts";
import { nameOfTlv } from "./named_tlv.ts";

/** Longer values are described by their length. */
const MAX_SHOWN_BYTES = 64;

/**
 * Describes TLVs as one readable line, for tests to compare: `SENDER_ID alice, MESSAGE hi`.
 *
 * @param tlvs Decoded TLVs, all of them known.
 * @returns The names of their types, each with its value where a test would want to see it.
 */
export function describeTlvs(tlvs: readonly Tlv[]): string {
  return tlvs.map((tlv) => `${nameOfTlv(tlv)} ${describeValue(tlv)}`.trimEnd()).join(", ");
}

function describeValue(tlv: Tlv): string {
  switch (nameOfTlv(tlv)) {
    case "RELAY_SEQUENCE":
    case "REPLAY_FROM":
    case "KEEP_ALIVE_REPLY":
      return `${decodeU64(tlv.value)}`;
    case "ACK": {
      const ack = decodeAck(tlv.value);
      return `${ack?.clientSequence} ${ack?.relaySequence}`;
    }
    case "GROUP_KEY":
      return `${decodeGroupKey(tlv.value)?.epoch}`;
    case "LOST":
    case "NACK":
      return `${decodeSequenceRanges(tlv.value)?.map(({ first, last }) => `${first}-${last}`)}`;
    case "REGISTRATION_REJECTED":
      return `${decodeRegistrationRejected(tlv.value).reason}`;
    case "FRAGMENT_NACK": {
      const { messageId, missing } = decodeFragmentNack(tlv.value);
      return `${messageId}: ${missing.join(" ")}`;
    }
    case "SENDER_ID":
    case "NOTIFY_CONNECT":
    case "NOTIFY_DISCONNECT":
    case "MESSAGE":
    case "DISCONNECT":
    case "SERVER_NOTICE":
      return describeText(tlv.value);
    default:
      return "";
  }
}

function describeText(value: Uint8Array): string {
  if (value.byteLength > MAX_SHOWN_BYTES) return `of ${value.byteLength} bytes`;
  return new TextDecoder().decode(value);
}
