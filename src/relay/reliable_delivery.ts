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

const STEP_INTERVAL_MS = 1;

/**
 * Takes what clients with reliable delivery send (PROTOCOL 1.7): each number once, messages in the
 * order of their numbers, and ACKs what was relayed.
 *
 * A message is acknowledged when it is relayed, not while it waits for an earlier one or for a later
 * step: until then the relay may still drop it, when its client is gone.
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
   * Takes a token of a client that has the feature.
   *
   * @param sender The client.
   * @param sequence Its CLIENT_SEQUENCE, for the first time.
   * @param payload The message in it, if there is one; copied when it is kept.
   * @param now The moment.
   */
  take(sender: Session, sequence: bigint, payload: Uint8Array | undefined, now: Instant): void {
    const { intake, acks } = this.#state.reliablePeers.of(sender);
    const isRelayed = payload !== undefined && this.#relay.accepts(payload);
    if (payload === undefined) this.#acknowledge(sender, sequence, 0n, now);
    else if (!isRelayed) acks.refuse(sequence);
    const message = isRelayed ? this.#message(sender, sequence, payload) : undefined;
    this.#goOn(sender, intake.take(sequence, message, now.monotonicMs), now);
    this.tick(now);
  }

  /** Acknowledges once more what a client with the feature has sent once more. */
  takeAgain(sender: Session, sequence: bigint, now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    const { intake, acks } = this.#state.reliablePeers.of(sender);
    if (intake.holds(sequence) || backlog.holds(sender, sequence)) return;
    const relaySequence = acks.find(sequence);
    if (relaySequence === undefined) return;
    this.#state.counters.acksRepeated++;
    this.#acknowledge(sender, sequence, relaySequence, now);
  }

  /**
   * Lets go on what still waits of a client that says goodbye: what is missing will not come.
   *
   * @returns Whether all of it has gone on; else some waits for a later step.
   */
  finish(sender: Session, now: Instant): boolean {
    if (!this.serves(sender)) return true;
    const { intake } = this.#state.reliablePeers.of(sender);
    this.#goOn(sender, intake.passGaps(), now);
    return this.isFinished(sender);
  }

  /** Whether nothing of a client waits for a later step. */
  isFinished(sender: Session): boolean {
    return !this.#state.reliablePeers.backlog.has(sender);
  }

  /** Relays what may not wait any longer, and what waits for this step. */
  tick(now: Instant): void {
    const { pool, backlog } = this.#state.reliablePeers;
    for (
      let held = pool.overdue(now.monotonicMs);
      held !== undefined;
      held = pool.overdue(now.monotonicMs)
    ) {
      for (const message of held.passGaps()) backlog.push(message);
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

  #message(sender: Session, sequence: bigint, payload: Uint8Array): NumberedMessage {
    // Where none waits it goes on in this step, and needs no copy.
    const isKept = !this.isFinished(sender);
    return { sender, sequence, payload: isKept ? payload.slice() : payload };
  }

  /** Lets messages go on behind those of the same client that wait already: one at least. */
  #goOn(sender: Session, messages: readonly NumberedMessage[], now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    const [first] = messages;
    if (first === undefined && !backlog.has(sender)) return;
    if (first !== undefined && messages.length === 1 && !backlog.has(sender)) {
      return this.#relayOne(first, now);
    }
    for (const message of messages) backlog.push(message);
    this.#drain(() => backlog.takeOf(sender), now);
    this.#await(now);
  }

  #drain(take: () => NumberedMessage | undefined, now: Instant): void {
    const { backlog } = this.#state.reliablePeers;
    let datagrams = 0;
    do {
      const message = take();
      if (message === undefined) return;
      this.#relayOne(message, now);
      datagrams += this.#relay.datagramsEach;
    } while (datagrams < MAX_DATAGRAMS_AT_ONCE || backlog.bytes > MAX_BACKLOG_BYTES);
  }

  /** Sees to it that what waits goes on in a later step. */
  #await(now: Instant): void {
    if (this.#state.reliablePeers.backlog.isEmpty) this.#goOnAtMs = undefined;
    else this.#goOnAtMs ??= now.monotonicMs + STEP_INTERVAL_MS;
  }

  #relayOne(message: NumberedMessage, now: Instant): void {
    const { sender, sequence } = message;
    const relaySequence = this.#relay.relay(message, now);
    this.#state.reliablePeers.of(sender).acks.remember(sequence, relaySequence);
    this.#acknowledge(sender, sequence, relaySequence, now);
  }

  #acknowledge(client: Session, sequence: bigint, relaySequence: bigint, now: Instant): void {
    const { counters, delivery, options: { types } } = this.#state;
    counters.acksOut++;
    const value = encodeAck({ clientSequence: sequence, relaySequence });
    // Behind a long message it would come after the client's next try.
    delivery.sendUrgent(client, encodeTlvs([{ type: types.ACK, value }]), now);
  }
}
