import { encodeAck } from "../../src/wire/ack.ts";
import { joinMessage } from "../../src/wire/message.ts";
import { decodeSequenceRanges, encodeSequenceRanges } from "../../src/wire/sequence_ranges.ts";
import { findTlv, type Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { decodeU64 } from "../../src/wire/u64.ts";
import type { MiniHistory, MiniMessage } from "./mini_history.ts";
import type { MiniSession } from "./mini_session.ts";
import { namedTlv } from "./named_tlv.ts";

const TYPES = DEFAULT_TLV_TYPES;

/** What a mini delivery works with. */
export interface MiniDeliveryParts {
  readonly history: MiniHistory;
  /** Sends TLVs to one client, sealed. */
  readonly send: (session: MiniSession, ...tlvs: readonly Tlv[]) => void;
  /** Sends TLVs to all clients but one, sealed. */
  readonly tellOthers: (session: MiniSession, ...tlvs: readonly Tlv[]) => void;
}

/**
 * The part of a mini relay that delivers messages (PROTOCOL 1.5, 1.7). It relays each as it comes, and
 * holds none back for those before it.
 */
export class MiniDelivery {
  /** Whether it acknowledges, and answers NACK. */
  readonly answers = { ack: true, nack: true };
  /** What clients sent, oldest first. */
  readonly messages: { readonly sender: string; readonly payload: Uint8Array }[] = [];
  readonly #parts: MiniDeliveryParts;

  /** @param parts What it works with. */
  constructor(parts: MiniDeliveryParts) {
    this.#parts = parts;
  }

  /** Takes the TLVs of a token: once, if they have a number. */
  take(session: MiniSession, tlvs: readonly Tlv[]): void {
    const value = findTlv(tlvs, TYPES.CLIENT_SEQUENCE);
    const clientSequence = (value && decodeU64(value)) ?? 0n;
    const taken = session.taken.get(clientSequence);
    const payload = joinMessage(TYPES.MESSAGE, tlvs);
    let relaySequence = taken ?? 0n;
    if (taken === undefined && payload !== undefined) {
      relaySequence = this.#passOn(session, payload.slice(), clientSequence).sequence;
    }
    if (clientSequence === 0n) return;
    session.taken.set(clientSequence, relaySequence);
    if (clientSequence > session.highest) session.highest = clientSequence;
    if (session.isReliable) this.#acknowledge(session, clientSequence, relaySequence);
  }

  /** Answers the value of a NACK. */
  repair(session: MiniSession, value: Uint8Array): void {
    if (!this.answers.nack) return;
    const ranges = decodeSequenceRanges(value);
    if (ranges === undefined) throw new Error("A client sent a malformed NACK");
    const { messages, lost } = this.#parts.history.find(ranges);
    for (const range of lost) {
      this.#parts.send(session, namedTlv("LOST", encodeSequenceRanges([range])));
    }
    for (const message of messages) this.#repairOne(session, message);
  }

  #repairOne(session: MiniSession, message: MiniMessage): void {
    const { sessionId, clientSequence, sequence, sender, tlvs } = message;
    const isOwn = session.hasName && sender === session.id;
    if (sessionId === session.sessionId) this.#acknowledge(session, clientSequence, sequence);
    else if (isOwn) this.#acknowledge(session, 0n, sequence);
    else this.#parts.send(session, ...tlvs);
  }

  #acknowledge(session: MiniSession, clientSequence: bigint, relaySequence: bigint): void {
    if (!this.answers.ack) return;
    const value = encodeAck({ clientSequence, relaySequence });
    this.#parts.send(session, namedTlv("ACK", value));
  }

  #passOn(sender: MiniSession, payload: Uint8Array, clientSequence: bigint): MiniMessage {
    this.messages.push({ sender: sender.id, payload });
    const from = { sessionId: sender.sessionId, clientSequence };
    const message = this.#parts.history.add(sender.id, payload, from);
    this.#parts.tellOthers(sender, ...message.tlvs);
    return message;
  }
}
