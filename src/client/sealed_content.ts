import { type Ack, decodeAck } from "../wire/ack.ts";
import { decodeFragmentNack, type FragmentNack, FragmentNackError } from "../wire/fragment_nack.ts";
import { decodeGroupKey, type GroupKey } from "../wire/group_key.ts";
import { joinMessage } from "../wire/message.ts";
import {
  decodeRegistrationAccepted,
  type RegistrationAccepted,
  RegistrationAcceptedError,
} from "../wire/registration_accepted.ts";
import { decodeSequenceRanges, type SequenceRange } from "../wire/sequence_ranges.ts";
import { findTlv, type Tlv } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { decodeU64 } from "../wire/u64.ts";

/** Bytes of SERIES_ID (PROTOCOL 1.2). */
const SERIES_ID_BYTES = 8;

/** A message of another client, as the relay passes it on. */
export interface RelayedMessage {
  /** Client name or `ip:port` of the sender; chosen by the sender, so escape it before showing it. */
  readonly sender: string;
  /** The message, in an array owned by the receiver. */
  readonly payload: Uint8Array;
  /** The relay's number for this message; `undefined` from a relay that does not number. */
  readonly relaySequence: bigint | undefined;
}

/** One thing that a token of the relay says. */
export type SealedContent =
  | {
    readonly type: "registration_accepted";
    readonly accepted: RegistrationAccepted;
    /** SERIES_ID in hexadecimal digits; `undefined` when the relay names none. */
    readonly seriesId: string | undefined;
    /** REPLAY_FROM: the number before the first message of the past; `undefined` when there is none. */
    readonly replayFrom: bigint | undefined;
  }
  | ({ readonly type: "message" } & RelayedMessage)
  | { readonly type: "joined"; readonly id: string }
  | { readonly type: "left"; readonly id: string }
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "disconnect"; readonly reason: string }
  | { readonly type: "keep_alive_reply"; readonly latest: bigint | undefined }
  | { readonly type: "ack"; readonly ack: Ack }
  | { readonly type: "lost"; readonly range: SequenceRange }
  | { readonly type: "fragment_nack"; readonly nack: FragmentNack }
  | {
    readonly type: "group_key";
    readonly groupKey: GroupKey;
    /** SENDER_ID: under which name others see this client; `undefined` when the relay gives none. */
    readonly ownId: string | undefined;
  }
  | { readonly type: "malformed" }
  | { readonly type: "unknown_tlv" }
  /** Something that has no place in a group message. */
  | { readonly type: "unexpected" };

/** One thing that a group message says. Any member of the group can have made it (PROTOCOL 1.8). */
export type GroupContent = Extract<
  SealedContent,
  { type: "message" | "joined" | "left" | "malformed" | "unknown_tlv" | "unexpected" }
>;

/** Reads what the tokens of a relay say. */
export class SealedReader {
  readonly #types: TlvTypes;
  readonly #knownTypes: ReadonlySet<number>;

  /** @param types The type table in use. */
  constructor(types: TlvTypes) {
    this.#types = types;
    this.#knownTypes = new Set(Object.values(types));
  }

  /** Whether a type number stands in the table, for a feature of the client or not. */
  knows(type: number): boolean {
    return this.#knownTypes.has(type);
  }

  /**
   * Reads one token.
   *
   * @param tlvs The TLVs of its plaintext; nothing of them is kept.
   * @returns What it says, in order; a message stands where its first MESSAGE TLV does. What belongs
   *   to features that the client does not use is passed over.
   * @see PROTOCOL 1.2, 1.5
   */
  read(tlvs: readonly Tlv[]): SealedContent[] {
    const contents: SealedContent[] = [];
    let hasMessage = false;
    for (const { type, value } of tlvs) {
      if (!this.knows(type)) contents.push({ type: "unknown_tlv" });
      else if (type === this.#types.REGISTRATION_ACCEPTED) {
        contents.push(readAccepted(value, tlvs, this.#types));
      } else if (type === this.#types.GROUP_KEY) {
        contents.push(readGroupKey(value, findTlv(tlvs, this.#types.SENDER_ID)));
      } else if (type !== this.#types.MESSAGE) contents.push(...readOne(type, value, this.#types));
      else if (!hasMessage) {
        hasMessage = true;
        contents.push(readMessage(tlvs, this.#types));
      }
    }
    return contents;
  }

  /**
   * Reads the token of a group message. What only the relay may say is no more than `"unexpected"`
   * in it, because every member has the key.
   *
   * @param tlvs The TLVs of its plaintext; nothing of them is kept.
   * @returns What it says, in order.
   * @see PROTOCOL 1.8
   */
  readGroup(tlvs: readonly Tlv[]): GroupContent[] {
    return this.read(tlvs).map((content) =>
      isGroupContent(content) ? content : { type: "unexpected" }
    );
  }
}

function isGroupContent(content: SealedContent): content is GroupContent {
  switch (content.type) {
    case "message":
    case "joined":
    case "left":
    case "malformed":
    case "unknown_tlv":
    case "unexpected":
      return true;
    default:
      return false;
  }
}

function readMessage(tlvs: readonly Tlv[], types: TlvTypes): SealedContent {
  const sender = findTlv(tlvs, types.SENDER_ID);
  const payload = joinMessage(types.MESSAGE, tlvs);
  if (sender === undefined || payload === undefined) return { type: "malformed" };
  const sequence = findTlv(tlvs, types.RELAY_SEQUENCE);
  return {
    type: "message",
    sender: text(sender),
    payload: payload.slice(),
    relaySequence: sequence && decodeU64(sequence),
  };
}

function readOne(type: number, value: Uint8Array, types: TlvTypes): SealedContent[] {
  switch (type) {
    case types.NOTIFY_CONNECT:
      return [{ type: "joined", id: text(value) }];
    case types.NOTIFY_DISCONNECT:
      return [{ type: "left", id: text(value) }];
    case types.SERVER_NOTICE:
      return [{ type: "notice", text: text(value) }];
    case types.DISCONNECT:
      return [{ type: "disconnect", reason: text(value) }];
    case types.KEEP_ALIVE_REPLY:
      return [{ type: "keep_alive_reply", latest: decodeU64(value) }];
    case types.ACK:
      return [readAck(value)];
    case types.LOST:
      return readLost(value);
    case types.FRAGMENT_NACK:
      return [readFragmentNack(value)];
    default:
      return [];
  }
}

function readAccepted(value: Uint8Array, tlvs: readonly Tlv[], types: TlvTypes): SealedContent {
  const series = findTlv(tlvs, types.SERIES_ID);
  const seriesId = series?.byteLength === SERIES_ID_BYTES ? series.toHex() : undefined;
  const from = findTlv(tlvs, types.REPLAY_FROM);
  try {
    const accepted = decodeRegistrationAccepted(value);
    return {
      type: "registration_accepted",
      accepted,
      seriesId,
      replayFrom: from && decodeU64(from),
    };
  } catch (error) {
    if (error instanceof RegistrationAcceptedError) return { type: "malformed" };
    throw error;
  }
}

function readAck(value: Uint8Array): SealedContent {
  const ack = decodeAck(value);
  return ack === undefined ? { type: "malformed" } : { type: "ack", ack };
}

function readLost(value: Uint8Array): SealedContent[] {
  const ranges = decodeSequenceRanges(value);
  if (ranges === undefined) return [{ type: "malformed" }];
  return ranges.map((range) => ({ type: "lost", range }));
}

function readGroupKey(value: Uint8Array, id: Uint8Array | undefined): SealedContent {
  const groupKey = decodeGroupKey(value);
  if (groupKey === undefined) return { type: "malformed" };
  return { type: "group_key", groupKey, ownId: id && text(id) };
}

function readFragmentNack(value: Uint8Array): SealedContent {
  try {
    return { type: "fragment_nack", nack: decodeFragmentNack(value) };
  } catch (error) {
    if (error instanceof FragmentNackError) return { type: "malformed" };
    throw error;
  }
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}
