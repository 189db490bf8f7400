import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeAck } from "../wire/ack.ts";
import { Feature, hasFeature } from "../wire/features.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import type { NumberedMessage } from "./intake_pool.ts";
import type { MessageRelay } from "./message_relay.ts";
import type { RelayState } from "./relay_state.ts";

/**
 * Takes what clients with reliable delivery send (PROTOCOL 1.7): each number once, messages in the
 * order of their numbers, and ACKs what was relayed.
 *
 * A message is acknowledged when it is relayed, not while it waits for an earlier one: until then
 * the relay may still drop it, when its client is gone.
 */
export class ReliableDelivery {
  readonly #state: RelayState;
  readonly #relay: MessageRelay;

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
    const message = isRelayed ? { sender, sequence, payload } : undefined;
    this.#goOn(intake.take(sequence, message, now.monotonicMs), now);
    this.tick(now);
  }

  /** Acknowledges once more what a client with the feature has sent once more. */
  takeAgain(sender: Session, sequence: bigint, now: Instant): void {
    const { intake, acks } = this.#state.reliablePeers.of(sender);
    if (intake.holds(sequence)) return;
    const relaySequence = acks.find(sequence);
    if (relaySequence === undefined) return;
    this.#state.counters.acksRepeated++;
    this.#acknowledge(sender, sequence, relaySequence, now);
  }

  /** Relays what still waits of a client that says goodbye: what is missing will not come. */
  finish(sender: Session, now: Instant): void {
    if (!this.serves(sender)) return;
    this.#goOn(this.#state.reliablePeers.of(sender).intake.passGaps(), now);
  }

  /** Relays what may not wait any longer. */
  tick(now: Instant): void {
    const { pool } = this.#state.reliablePeers;
    for (
      let held = pool.overdue(now.monotonicMs);
      held !== undefined;
      held = pool.overdue(now.monotonicMs)
    ) {
      this.#goOn(held.passGaps(), now);
    }
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#state.reliablePeers.pool.nextDeadlineMs();
  }

  #goOn(messages: readonly NumberedMessage[], now: Instant): void {
    for (const message of messages) {
      const { sender, sequence } = message;
      const relaySequence = this.#relay.relay(message, now);
      this.#state.reliablePeers.of(sender).acks.remember(sequence, relaySequence);
      this.#acknowledge(sender, sequence, relaySequence, now);
    }
  }

  #acknowledge(client: Session, sequence: bigint, relaySequence: bigint, now: Instant): void {
    const { counters, delivery, options: { types } } = this.#state;
    counters.acksOut++;
    const value = encodeAck({ clientSequence: sequence, relaySequence });
    // Behind a long message it would come after the client's next try.
    delivery.sendUrgent(client, encodeTlvs([{ type: types.ACK, value }]), now);
  }
}
