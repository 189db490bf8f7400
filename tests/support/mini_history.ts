import { messageTlvs } from "../../src/wire/message.ts";
import type { Tlv } from "../../src/wire/tlv.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { encodeU64 } from "../../src/wire/u64.ts";
import { namedTlv } from "./named_tlv.ts";

/** A message that a mini relay numbered. */
export interface MiniMessage {
  /** RELAY_SEQUENCE. */
  readonly sequence: bigint;
  /** SENDER_ID. */
  readonly sender: string;
  /** The sender's session, in hexadecimal digits; empty when a test made the message. */
  readonly sessionId: string;
  /** The sender's number, 0 when it gave none. */
  readonly clientSequence: bigint;
  /** What others get. */
  readonly tlvs: Tlv[];
}

/** A NACK answered: messages to send again, own ones to acknowledge again, and ranges that are lost. */
export interface MiniRepair {
  readonly messages: MiniMessage[];
  readonly lost: { first: bigint; last: bigint }[];
}

/**
 * A series of numbered messages, and those of them that are still there (PROTOCOL 1.7). Several mini
 * relays can share one.
 */
export class MiniHistory {
  readonly #messages = new Map<bigint, MiniMessage>();
  #latest = 0n;

  /** @param seriesId 8 bytes. @param first The number of its first message. */
  constructor(readonly seriesId: Uint8Array, first = 1n) {
    this.#latest = first - 1n;
  }

  /** The newest number. */
  get latest(): bigint {
    return this.#latest;
  }

  /** Numbers a message. */
  add(
    sender: string,
    payload: Uint8Array,
    from: { sessionId: string; clientSequence: bigint },
  ): MiniMessage {
    const sequence = ++this.#latest;
    const tlvs = [
      namedTlv("SENDER_ID", sender),
      namedTlv("RELAY_SEQUENCE", encodeU64(sequence)),
      ...messageTlvs(DEFAULT_TLV_TYPES.MESSAGE, payload),
    ];
    const message = { sequence, sender, ...from, tlvs };
    this.#messages.set(sequence, message);
    return message;
  }

  /** Forgets the messages up to a number. */
  forget(last: bigint): void {
    for (const sequence of this.#messages.keys()) {
      if (sequence <= last) this.#messages.delete(sequence);
    }
  }

  /** Finds what ranges name, within the bounds of one answer. */
  find(ranges: readonly { first: bigint; last: bigint }[], maxMessages = 256): MiniRepair {
    const repair: MiniRepair = { messages: [], lost: [] };
    for (const { first, last } of ranges) {
      for (let number = first; number <= last && number <= this.#latest; number++) {
        const message = this.#messages.get(number);
        const before = repair.lost.at(-1);
        if (message !== undefined) repair.messages.push(message);
        else if (before?.last === number - 1n) before.last = number;
        else repair.lost.push({ first: number, last: number });
        if (repair.messages.length === maxMessages) return repair;
      }
    }
    return repair;
  }
}
