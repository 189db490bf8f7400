import type { RelayCounters } from "../observe/counters.ts";
import type { EffectQueue } from "../session/effect_queue.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { OutboxScheduler } from "../session/outbox_scheduler.ts";
import type { Session } from "../session/session.ts";
import type { FragmentNack } from "../wire/fragment_nack.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import type { RelayEffect } from "./relay_effects.ts";

/** Clients for whom the same is sealed in one step; when they are more, it waits for their turn. */
export const MAX_SEALED_AT_ONCE = 64;

/** Takes everything that leaves the relay to its effects, and counts it. */
export class Delivery {
  readonly #effects: EffectQueue<RelayEffect>;
  readonly #counters: RelayCounters;
  readonly #scheduler = new OutboxScheduler<Session>();

  /** @param effects Where datagrams go. @param counters What is counted. */
  constructor(effects: EffectQueue<RelayEffect>, counters: RelayCounters) {
    this.#effects = effects;
    this.#counters = counters;
  }

  /** Sends TLVs in the clear. */
  sendOuter(tlvs: readonly Tlv[], to: Endpoint): void {
    this.#send(encodeTlvs(tlvs), to);
  }

  /**
   * Sends TLVs to a client, sealed under its key.
   *
   * @param plaintext Encoded TLVs; kept until they have left, and shared between recipients.
   * @returns Whether the client's queue had room.
   */
  sendSealed(session: Session, plaintext: Uint8Array, now: Instant): boolean {
    const result = this.#scheduler.push(session, plaintext, now);
    if (result === "full") {
      this.#counters.drop("send_queue_full");
      return false;
    }
    if (result !== "queued") this.#send(result, session.endpoint);
    return true;
  }

  /**
   * Sends TLVs to a client, sealed, in its turn among all that waits: for what is said to very many
   * at once.
   *
   * @param plaintext As for `sendSealed`.
   * @returns Whether the client's queue had room.
   */
  sendLater(session: Session, plaintext: Uint8Array, now: Instant): boolean {
    if (this.#scheduler.pushLater(session, plaintext, now) === "queued") return true;
    this.#counters.drop("send_queue_full");
    return false;
  }

  /**
   * Sends TLVs to several clients, each sealed for itself: at once when they are few, in turn when
   * sealing for all of them would keep the caller from receiving.
   *
   * @param sessions The clients, and how many they are.
   * @param plaintextFor The TLVs for each; `undefined` for who is to get nothing.
   * @param now The moment.
   */
  sendToMany(
    sessions: Iterable<Session> & { readonly size: number },
    plaintextFor: (session: Session) => Uint8Array | undefined,
    now: Instant,
  ): void {
    const isFew = sessions.size <= MAX_SEALED_AT_ONCE;
    for (const session of sessions) {
      const plaintext = plaintextFor(session);
      if (plaintext === undefined) continue;
      if (isFew) this.sendSealed(session, plaintext, now);
      else this.sendLater(session, plaintext, now);
    }
  }

  /**
   * Sends TLVs to a client that asked for them, sealed, ahead of what waits for it but at its pace.
   *
   * @param plaintext As for `sendSealed`; a message that was sent before as the same array.
   * @returns `"waiting"` when that message waits for the client already, `"full"` when its queue
   *   had no room.
   */
  sendAgain(session: Session, plaintext: Uint8Array, now: Instant): "queued" | "waiting" | "full" {
    const result = this.#scheduler.pushAgain(session, plaintext, now);
    if (result === "full") this.#counters.drop("send_queue_full");
    return result;
  }

  /** Sends TLVs that fit one datagram to a client, sealed, ahead of what waits for it. */
  sendUrgent(session: Session, plaintext: Uint8Array, now: Instant): void {
    this.#send(session.outbox.sealUrgent(plaintext, now), session.endpoint);
  }

  /** Sends fragments again that a client has asked for. @returns How many are on their way. */
  repair(session: Session, nack: FragmentNack, now: Instant): number {
    return this.#wakeForRepairs(session, session.outbox.repair(nack, now), now);
  }

  /**
   * Sends a client fragments again that it shares with others.
   *
   * @param datagrams Kept until they have left.
   * @returns How many are on their way.
   */
  sendFragmentsAgain(session: Session, datagrams: readonly Uint8Array[], now: Instant): number {
    return this.#wakeForRepairs(session, session.outbox.pushRepairs(datagrams), now);
  }

  /** Sends a datagram by multicast to the group. */
  sendToGroup(datagram: Uint8Array): void {
    this.#count(datagram);
    this.#effects.push({ type: "send_to_group", datagram });
  }

  /** Sends a client a datagram that others get as well. */
  sendShared(datagram: Uint8Array, { endpoint }: Session): void {
    this.#send(datagram, endpoint);
  }

  /** Sends what waits and may leave now. */
  release(now: Instant): void {
    for (const { peer, datagram } of this.#scheduler.release(now)) {
      this.#send(datagram, peer.endpoint);
    }
  }

  /** Forgets what waits for a client. */
  forget(session: Session): void {
    this.#scheduler.remove(session);
  }

  /** When `release` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#scheduler.nextDeadlineMs();
  }

  #wakeForRepairs(session: Session, queued: number, now: Instant): number {
    this.#counters.fragmentsResent += queued;
    if (queued > 0) this.#scheduler.wake(session, now);
    return queued;
  }

  #send(datagram: Uint8Array, to: Endpoint): void {
    this.#count(datagram);
    this.#effects.push({ type: "send", datagram, to });
  }

  #count({ byteLength }: Uint8Array): void {
    this.#counters.datagramsOut++;
    this.#counters.bytesOut += byteLength;
  }
}
