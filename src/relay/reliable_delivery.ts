import { earlierOf } from "../session/earlier_of.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeAck } from "../wire/ack.ts";
import { Feature, hasFeature } from "../wire/features.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import type { NumberedMessage } from "./intake_pool.ts";
import type { MessageRelay } from "./message_relay.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Datagrams after which a step lets no more messages go on when many may go on at once. To seal a
 * thousand takes some milliseconds, and others must be heard meanwhile.
 */
export const MAX_DATAGRAMS_AT_ONCE = 1_024;

/** Payload that may wait for a later step, of all sessions together, bytes. */
export const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;

/** Messages that may wait while the history has no room for them, of all sessions together. */
export const MAX_BACKLOG_MESSAGES = 65_536;

const STEP_INTERVAL_MS = 1;

/**
 * Takes what clients with reliable delivery send (PROTOCOL 1.7): each number once, messages in the
 * order of their numbers, and ACKs what was relayed.
 *
 * A message is acknowledged when the history has kept it, not while it waits for an earlier one, for
 * a later step or for the history: until then the relay may still drop it.
 *
 * What many messages cost that may go on at once is spread over steps, a millisecond apart. But each
 * number that comes lets one message of its session go on at least, so that no more wait than came.
 */
export class ReliableDelivery {
  readonly #state: RelayState;
  readonly #relay: MessageRelay;
  #goOnAtMs: number | undefined;

  /** @param state What the parts of the core share. @param relay Hands messages on. */
  constructor(state: RelayState, relay: MessageRelay) {
    this.#state = state;
    this.#relay = relay;
  }

  /** Whether a client was granted reliable delivery. */
  serves(session: Session): boolean {
    return hasFeature(session.features, Feature.RELIABLE_DELIVERY);
  }

  /**
   * Takes a message of a client that has the feature.
   *
   * @param message The message, with a CLIENT_SEQUENCE that comes for the first time; its payload is
   *   copied when it is kept.
   * @param now The moment.
   */
  take(message: NumberedMessage, now: Instant): void {
    const { sender, sequence, payload } = message;
    const isRelayed = this.#relay.accepts(payload);
    if (!isRelayed) this.refused(sender, sequence);
    this.#takeNumber(sender, sequence, isRelayed ? this.#owned(message) : undefined, now);
  }

  /** Takes a number under which a client with the feature sent something else, for the first time. */
  takeEmpty(sender: Session, sequence: bigint, now: Instant): void {
    this.#acknowledge(sender, sequence, 0n, now);
    this.#takeNumber(sender, sequence, undefined, now);
  }

  /** Acknowledges once more what a client with the feature has sent once more. */
  takeAgain(sender: Session, sequence: bigint, now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    const { intake, acks } = this.#state.reliablePeers.of(sender);
    if (intake.holds(sequence) || backlog.holds(sender, sequence)) return;
    if (this.#relay.holds(sender, sequence)) return;
    const relaySequence = acks.find(sequence);
    if (relaySequence === undefined) return;
    this.#state.counters.acksRepeated++;
    this.#acknowledge(sender, sequence, relaySequence, now);
  }

  /** Lets go on what still waits of a client that says goodbye: what is missing will not come. */
  finish(sender: Session, now: Instant): void {
    if (!this.serves(sender)) return;
    const { intake } = this.#state.reliablePeers.of(sender);
    this.#goOn(sender, intake.passGaps(), now);
  }

  /** Whether nothing of a client waits for a later step, or for the history. */
  isFinished(sender: Session): boolean {
    return !this.#state.reliablePeers.backlog.has(sender) && !this.#relay.isSubmitting(sender);
  }

  /** Acknowledges a message that is kept, if its client is still there and has the feature. */
  kept(sender: Session, sequence: bigint, relaySequence: bigint, now: Instant): void {
    if (sequence === 0n || !this.serves(sender) || !this.#isThere(sender)) return;
    this.#state.reliablePeers.of(sender).acks.remember(sequence, relaySequence);
    this.#acknowledge(sender, sequence, relaySequence, now);
  }

  /** Takes note of a message that must never be acknowledged. */
  refused(sender: Session, sequence: bigint): void {
    if (sequence === 0n || !this.serves(sender) || !this.#isThere(sender)) return;
    this.#state.reliablePeers.of(sender).acks.refuse(sequence);
  }

  /** Relays what may not wait any longer, and what waits for this step. */
  tick(now: Instant): void {
    const { pool, backlog } = this.#state.reliablePeers;
    for (
      let intake = pool.overdue(now.monotonicMs);
      intake !== undefined;
      intake = pool.overdue(now.monotonicMs)
    ) {
      for (const message of intake.passGaps()) this.#putOff(message);
    }
    if (!backlog.isEmpty && now.monotonicMs >= (this.#goOnAtMs ?? -Infinity)) {
      this.#goOnAtMs = undefined;
      this.#drain(() => backlog.take(), now);
    }
    this.#await(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return earlierOf(this.#state.reliablePeers.pool.nextDeadlineMs(), this.#goOnAtMs);
  }

  #isThere(sender: Session): boolean {
    return this.#state.registry.withSessionId(sender.sessionId) === sender;
  }

  #takeNumber(
    sender: Session,
    sequence: bigint,
    message: NumberedMessage | undefined,
    now: Instant,
  ): void {
    const { intake } = this.#state.reliablePeers.of(sender);
    this.#goOn(sender, intake.take(sequence, message, now.monotonicMs), now);
    this.tick(now);
  }

  /** With a payload of its own, unless it goes on in this step: then it needs no copy. */
  #owned(message: NumberedMessage): NumberedMessage {
    const goesOn = !this.#state.reliablePeers.backlog.has(message.sender) && this.#relay.hasRoom;
    return goesOn ? message : { ...message, payload: message.payload.slice() };
  }

  /** Lets messages go on behind those of the same client that wait already: one at least. */
  #goOn(sender: Session, messages: readonly NumberedMessage[], now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    const [first] = messages;
    if (first === undefined && !backlog.has(sender)) return;
    const isAlone = messages.length === 1 && !backlog.has(sender) && this.#relay.hasRoom;
    if (first !== undefined && isAlone) return this.#relay.submit(first, now);
    for (const message of messages) this.#putOff(message);
    this.#drain(() => backlog.takeOf(sender), now);
    this.#await(now);
  }

  /** Has a message wait for a later step, or drops it when the history has long had no room. */
  #putOff(message: NumberedMessage): void {
    const { backlog } = this.#state.reliablePeers;
    const isFull = backlog.bytes > MAX_BACKLOG_BYTES || backlog.size >= MAX_BACKLOG_MESSAGES;
    if (isFull && !this.#relay.hasRoom) this.#relay.refuse(message);
    else backlog.push(message);
  }

  #drain(take: () => NumberedMessage | undefined, now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    let datagrams = 0;
    do {
      const message = this.#relay.hasRoom ? take() : undefined;
      if (message === undefined) return;
      this.#relay.submit(message, now);
      datagrams += this.#relay.datagramsEach;
    } while (datagrams < MAX_DATAGRAMS_AT_ONCE || backlog.bytes > MAX_BACKLOG_BYTES);
  }

  /** Sees to it that what waits goes on in a later step; for want of room, when there is news. */
  #await(now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    if (backlog.isEmpty || !this.#relay.hasRoom) this.#goOnAtMs = undefined;
    else this.#goOnAtMs ??= now.monotonicMs + STEP_INTERVAL_MS;
  }

  #acknowledge(client: Session, sequence: bigint, relaySequence: bigint, now: Instant): void {
    const { counters, delivery, options: { types } } = this.#state;
    counters.acksOut++;
    const value = encodeAck({ clientSequence: sequence, relaySequence });
    // Behind a long message it would come after the client's next try.
    delivery.sendUrgent(client, encodeTlvs([{ type: types.ACK, value }]), now);
  }
}
