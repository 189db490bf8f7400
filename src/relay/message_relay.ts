import { Slab } from "../crypto/slab.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeRelayedMessage } from "../wire/relayed_message.ts";
import type { NumberedMessage } from "./intake_pool.ts";
import type { NoticeTeller } from "./notice_teller.ts";
import type { RelayState } from "./relay_state.ts";
import { SenderIds } from "./sender_ids.ts";

/** Hands the messages of each client on to all others (PROTOCOL 1.5, 1.8). */
export class MessageRelay {
  readonly #state: RelayState;
  readonly #notices: NoticeTeller;
  readonly #senderIds = new SenderIds();
  /** What was relayed is kept in the history, and forgotten in the same order. */
  readonly #plaintexts = new Slab();
  readonly #allocate = (bytes: number) => this.#plaintexts.take(bytes);

  /** @param state What the parts of the core share. @param notices Tells who joined and left. */
  constructor(state: RelayState, notices: NoticeTeller) {
    this.#state = state;
    this.#notices = notices;
  }

  /** Whether a message is short enough to be relayed; one that is not is counted as dropped. */
  accepts(payload: Uint8Array): boolean {
    const { counters, options } = this.#state;
    if (payload.byteLength <= options.maxMessageBytes) return true;
    counters.drop("too_large");
    return false;
  }

  /** How many datagrams a short message makes: about what relaying one costs. */
  get datagramsEach(): number {
    const { group: { members, channel } } = this.#state;
    return members.alone.size + members.arrivals.size + channel.datagramsEach;
  }

  /**
   * Relays a message.
   *
   * @param message One that `accepts` lets pass; its number is 0 when it has none.
   * @param now The moment.
   * @returns The relay's number for it.
   */
  relay({ sender, sequence: clientSequence, payload }: NumberedMessage, now: Instant): bigint {
    const { history, notices, group } = this.#state;
    // A message must not overtake the notice that its sender joined.
    if (notices.isPending(sender.joinNotice)) this.#notices.tell(now);
    this.#count(sender, payload);
    const sequence = ++this.#state.relaySequence;
    const plaintext = this.#plaintext(sender, sequence, payload);
    const { sessionId, id: senderId } = sender;
    history.add({ sequence, plaintext, sessionId, clientSequence, senderId });
    this.#deliverToMembers(sender, plaintext, payload.byteLength, now);
    for (const recipient of group.members.alone) {
      if (recipient !== sender) this.#deliver(recipient, plaintext, payload.byteLength, now);
    }
    return sequence;
  }

  #count(sender: Session, { byteLength }: Uint8Array): void {
    const { counters } = this.#state;
    counters.messagesIn++;
    counters.messageBytesIn += byteLength;
    sender.messagesIn++;
    sender.bytesIn += byteLength;
  }

  #plaintext(sender: Session, sequence: bigint, payload: Uint8Array): Uint8Array {
    const { types } = this.#state.options;
    return encodeRelayedMessage(
      types,
      this.#senderIds.of(sender),
      sequence,
      payload,
      this.#allocate,
    );
  }

  #deliverToMembers(
    sender: Session,
    plaintext: Uint8Array,
    payloadBytes: number,
    now: Instant,
  ): void {
    const { counters, group: { members, channel } } = this.#state;
    const recipients = members.othersThan(sender);
    if (recipients === 0) return;
    if (!channel.say(plaintext, sender, this.#state.relaySequence, now)) {
      return counters.drop("send_queue_full", recipients);
    }
    members.countMessage(sender, payloadBytes);
    counters.groupMessages++;
    counters.deliveries += recipients;
    counters.deliveryBytes += recipients * payloadBytes;
    this.#deliverToArrivals(sender, plaintext, now);
  }

  /**
   * Delivers a message of the group a second time, one by one, to the members that may not hear the
   * group yet; it is counted already. A notice in that time they may miss: by nothing could a client
   * tell that it comes twice.
   */
  #deliverToArrivals(sender: Session, plaintext: Uint8Array, now: Instant): void {
    const { delivery, group: { members } } = this.#state;
    for (const session of members.arrivals.at(now.monotonicMs)) {
      if (session !== sender) delivery.sendSealed(session, plaintext, now);
    }
  }

  #deliver(recipient: Session, plaintext: Uint8Array, payloadBytes: number, now: Instant): void {
    const { delivery, counters } = this.#state;
    if (!delivery.sendSealed(recipient, plaintext, now)) return;
    counters.deliveries++;
    counters.deliveryBytes += payloadBytes;
    recipient.messagesOut++;
    recipient.bytesOut += payloadBytes;
  }
}
