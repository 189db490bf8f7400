import { Slab } from "../crypto/slab.ts";
import { encodeRelayedMessage } from "../wire/relayed_message.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { KeptMessage, NewMessage } from "./history.ts";

/** Makes of messages what is kept of them. */
export class MessageEncoder {
  readonly #types: TlvTypes;
  readonly #encoder = new TextEncoder();
  /** What is kept together is forgotten together, in the same order. */
  readonly #plaintexts = new Slab();
  readonly #allocate = (bytes: number) => this.#plaintexts.take(bytes);

  /** @param types The type table in use. */
  constructor(types: TlvTypes) {
    this.#types = types;
  }

  /**
   * Encodes a message as it goes out.
   *
   * @param message The message; its payload is copied.
   * @param sequence Its RELAY_SEQUENCE.
   */
  encode(message: NewMessage, sequence: bigint): KeptMessage {
    const { messageId, senderId, sessionId, clientSequence, instance, unixMs, payload } = message;
    const sender = this.#encoder.encode(senderId);
    const plaintext = encodeRelayedMessage(this.#types, sender, sequence, payload, this.#allocate);
    const payloadBytes = payload.byteLength;
    return {
      messageId,
      senderId,
      sessionId,
      clientSequence,
      instance,
      unixMs,
      sequence,
      plaintext,
      payloadBytes,
    };
  }
}
