import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import type { Tlv } from "../wire/tlv.ts";
import { Admission } from "./admission.ts";
import type { AdmissionGoal } from "./admission_goal.ts";
import type { ClientDrops } from "./client_drops.ts";
import type { ClientEffect, SealKeyResult } from "./client_effect.ts";
import { channelOf, type ClientPhase } from "./client_phase.ts";
import { ClientReception } from "./client_reception.ts";
import { ClientState } from "./client_state.ts";
import { type Acceptance, Conversation, type ConversationOutcome } from "./conversation.ts";
import { outgoingMessage } from "./outgoing_message.ts";
import type { RelayClientCoreOptions } from "./relay_client_core_options.ts";
import { RelayClientError } from "./relay_client_error.ts";
import { disconnectedError } from "./relay_failure.ts";
import { RelayRound } from "./relay_round.ts";

type LostRelay = Extract<ConversationOutcome, { outcome: "lost" }>;

/** Where a `RelayClientCore` is in its life. */
export type RelayClientState = Admission["state"] | Conversation["state"] | "closed";

/**
 * The relay client without sockets, timers, clock or randomness of its own (PROTOCOL, part 1).
 *
 *     asking ---> sealing ---> registering ---> registered ---> probing
 *       ^ ^          |              |             |   ^            | |
 *       | '----------+--------------'             |   '------------' |
 *       |    not usable, not answered             |      answered    |
 *       '-----------------------------------------+------------------'
 *           relay shuts down, group not heard           silent
 *
 *     any of them ---> closed: by `close`, when the relay refuses or disconnects for good, and when
 *     the first registration takes too long
 *
 * With several relays, the next one is asked whenever the present one does not take this client in, or
 * is lost.
 *
 * What happened goes in, with the moment; what to do comes out, in order. A shell calls `tick` at
 * `nextDeadlineMs`, does each effect, and hands the result of a `seal_key` back to `keySealed`.
 */
export class RelayClientCore {
  readonly #client: ClientState;
  readonly #reception: ClientReception;
  readonly #round: RelayRound;
  #state: ClientPhase;

  /**
   * Begins to look for the relay: the first `tick` is due at once.
   *
   * @param options What it is told.
   * @param now The moment.
   */
  constructor(options: RelayClientCoreOptions, now: Instant) {
    this.#client = new ClientState(options, now);
    this.#reception = new ClientReception(this.#client, {
      phase: () => this.#state,
      enter: (acceptance, now) => this.#enter(acceptance, now),
    });
    this.#round = new RelayRound(options, now.monotonicMs);
    this.#state = this.#joining(this.#round.begin());
  }

  /** Where it is in its life. */
  get state(): RelayClientState {
    return this.#state.state === "closed" ? "closed" : this.#state.phase.state;
  }

  /** What was dropped, by reason. */
  get drops(): ClientDrops {
    return this.#client.drops;
  }

  /**
   * Takes a datagram.
   *
   * @param datagram Any bytes; copied where kept.
   * @param from Where it came from.
   * @param now The moment.
   * @returns What to do.
   */
  receive(datagram: Uint8Array, from: Endpoint, now: Instant): ClientEffect[] {
    this.#reception.read(datagram, from, now);
    return this.tick(now);
  }

  /**
   * Takes a datagram that came to the multicast group of the last `join_group` effect.
   *
   * @param datagram Any bytes, from anyone; copied where kept.
   * @param now The moment.
   * @returns What to do.
   */
  receiveFromGroup(datagram: Uint8Array, now: Instant): ClientEffect[] {
    this.#reception.readFromGroup(datagram, now);
    return this.tick(now);
  }

  /**
   * Takes note that the group of the last `join_group` effect can't be joined, or be heard any more:
   * the client registers again without group delivery.
   *
   * @param reason Why, for people.
   * @param now The moment.
   * @returns What to do.
   */
  groupFailed(reason: string, now: Instant): ClientEffect[] {
    if (this.#state.state === "registered") this.#state.phase.group?.fail(reason);
    return this.tick(now);
  }

  /**
   * Takes the result of a `seal_key` effect.
   *
   * @param jobId The job's number.
   * @param result What became of it.
   * @param now The moment.
   * @returns What to do.
   */
  keySealed(jobId: number, result: SealKeyResult, now: Instant): ClientEffect[] {
    if (this.#state.state === "joining") this.#state.phase.keySealed(jobId, result, now);
    return this.tick(now);
  }

  /**
   * Takes a message to send; while there is no relay it waits, within bounds.
   *
   * @param messageId Given back when it has left.
   * @param payload The message; copied.
   * @param now The moment.
   * @returns What to do.
   * @throws {RelayClientError} `MESSAGE_TOO_LARGE`, `SEND_QUEUE_FULL` or `CLIENT_CLOSED`.
   */
  send(messageId: number, payload: Uint8Array, now: Instant): ClientEffect[] {
    this.#requireOpen();
    const { sender, options } = this.#client;
    sender.add(outgoingMessage(messageId, payload, options));
    return this.tick(now);
  }

  /**
   * Asks for a `flushed` effect once all that was sent has left and the relay has answered since or,
   * with reliable delivery, acknowledged it.
   *
   * @param now The moment.
   * @returns What to do.
   * @throws {RelayClientError} `CLIENT_CLOSED`.
   */
  flush(now: Instant): ClientEffect[] {
    this.#requireOpen();
    this.#client.flush.begin();
    return this.tick(now);
  }

  /**
   * Leaves the relay; what has not been sent is dropped.
   *
   * @param now The moment.
   * @returns What to do; nothing follows.
   */
  close(now: Instant): ClientEffect[] {
    // While a registration waits for its answer, the relay may well have accepted it.
    const type = this.#client.options.types.DISCONNECT;
    this.#sendSealed({ type, value: new Uint8Array() }, now);
    this.#endPhase();
    return this.#client.effects.take();
  }

  /**
   * Does everything that is due.
   *
   * @param now The moment.
   * @returns What to do.
   */
  tick(now: Instant): ClientEffect[] {
    this.drops.add("fragment_timeout", this.#client.pool.expire(now.monotonicMs));
    this.#askForMissing(now);
    // Before the rest, since it makes room, which is asked for.
    if (this.#state.state !== "closed") this.#client.handOver(now.monotonicMs);
    this.#tickState(now);
    return this.#client.effects.take();
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` once closed. */
  nextDeadlineMs(): number | undefined {
    if (this.#state.state === "closed") return undefined;
    const { pool, ordered } = this.#client;
    const poolMs = pool.nextDeadlineMs() ?? Infinity;
    return Math.min(poolMs, ordered.nextReleaseMs(), this.#state.phase.nextDeadlineMs());
  }

  /**
   * Stops handing over numbered messages, for a reader that is behind. What comes meanwhile is held
   * within bounds, and beyond them asked for again later.
   */
  pauseMessages(): void {
    this.#client.ordered.pause();
  }

  /**
   * Goes on with handing over messages.
   *
   * @param now The moment.
   * @returns What to do.
   */
  resumeMessages(now: Instant): ClientEffect[] {
    this.#client.ordered.resume();
    return this.tick(now);
  }

  #enter(acceptance: Acceptance, now: Instant): void {
    if (this.#state.state !== "joining") return;
    const { channel, fingerprint, isReconnect } = this.#state.phase;
    if (channel === undefined) return;
    const { relay } = channel;
    this.#client.effects.push({ type: "registered", relay, fingerprint, isReconnect });
    const conversation = new Conversation(this.#client, channel, acceptance, now);
    this.#state = { state: "registered", phase: conversation };
  }

  #askForMissing(now: Instant): void {
    const channel = channelOf(this.#state);
    for (const stalled of this.#client.pool.takeStalled(now.monotonicMs)) {
      const nack = channel?.sealFragmentNack(stalled, now);
      if (channel !== undefined && nack !== undefined) this.#client.send(nack, channel.relay);
    }
  }

  #sendSealed(tlv: Tlv, now: Instant): void {
    const channel = channelOf(this.#state);
    if (channel !== undefined) this.#client.send(channel.seal([tlv], now), channel.relay);
  }

  #tickState(now: Instant): void {
    if (this.#state.state === "joining") {
      this.#tickAdmission(this.#state.phase, now);
    } else if (this.#state.state === "registered") {
      const conversation = this.#state.phase;
      const end = conversation.tick(now);
      if (end.outcome === "lost") this.#lose(conversation, end, now);
      if (end.outcome === "group_lost") this.#leaveGroup(conversation, end.reason, now);
      if (end.outcome === "disconnected") this.#fail(disconnectedError(end.reason), now);
    }
  }

  #tickAdmission(admission: Admission, now: Instant): void {
    const failure = admission.tick(now);
    if (failure === undefined) return;
    const { endpoint: relay } = this.#round.target;
    const then = this.#round.next(failure, now.monotonicMs);
    if (then instanceof RelayClientError) return this.#fail(then, now);
    admission.leave(now);
    const next = then.target.endpoint;
    this.#client.effects.push({ type: "relay_passed", relay, error: failure.error, next });
    this.#state = this.#joining(then);
    this.#tickState(now);
  }

  #lose(conversation: Conversation, { cause, reason }: LostRelay, now: Instant): void {
    const { relay } = conversation.channel;
    this.#round.advance();
    const next = this.#round.hasOthers ? this.#round.target.endpoint : undefined;
    this.#client.effects.push({ type: "reconnecting", cause, reason, relay, next });
    this.#registerAgain(conversation, now);
  }

  /** The relay serves this client one by one once it has registered without the feature. */
  #leaveGroup(conversation: Conversation, reason: string, now: Instant): void {
    this.#client.giveUpGroupDelivery(reason);
    this.#registerAgain(conversation, now);
  }

  #registerAgain(conversation: Conversation, now: Instant): void {
    conversation.end();
    this.#state = this.#joining(this.#round.beginAgain(now.monotonicMs));
    this.#tickState(now);
  }

  #joining(goal: AdmissionGoal): ClientPhase {
    return { state: "joining", phase: new Admission(this.#client, goal) };
  }

  #fail(error: RelayClientError, now: Instant): void {
    this.#endPhase();
    this.#client.handOverAll(now.monotonicMs);
    this.#client.effects.push({ type: "failed", error });
  }

  #endPhase(): void {
    if (this.#state.state === "registered") this.#state.phase.group?.leave();
    this.#state = { state: "closed" };
  }

  #requireOpen(): void {
    if (this.#state.state !== "closed") return;
    throw new RelayClientError("CLIENT_CLOSED", "Cannot send: the client is closed");
  }
}
