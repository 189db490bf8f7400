import type { Instant } from "../session/instant.ts";
import { Feature, hasFeature } from "../wire/features.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import { encodeU64 } from "../wire/u64.ts";
import type { ClientState } from "./client_state.ts";
import type { FlushConditions } from "./flush.ts";
import { GroupLink } from "./group_link.ts";
import { Liveness } from "./liveness.ts";
import { livenessRule } from "./liveness_rule.ts";
import type { RelayChannel } from "./relay_channel.ts";
import type { LostCause } from "./relay_client_event.ts";
import { shutdownDetail } from "../session/shutdown_reason.ts";
import { clockSkewText, notAcknowledgedError, unconfirmedError } from "./relay_failure.ts";
import { ReliableLink } from "./reliable_link.ts";
import type { SealedContent } from "./sealed_content.ts";

/** Keep-alive interval when the relay names none, seconds. */
const DEFAULT_KEEP_ALIVE_SECONDS = 20;

/** How a conversation ended, or that it goes on. */
export type ConversationOutcome =
  | { readonly outcome: "going_on" }
  /** The relay is gone but may come back; `reason` in its own words, or empty. */
  | { readonly outcome: "lost"; readonly cause: LostCause; readonly reason: string }
  /** The relay is there, but group messages do not reach this client; `reason` is for people. */
  | { readonly outcome: "group_lost"; readonly reason: string }
  /** The relay wants no more of this client; `reason` in its own words, or empty. */
  | { readonly outcome: "disconnected"; readonly reason: string };

/** What the relay said when it took this client in. */
export type Acceptance = Extract<SealedContent, { type: "registration_accepted" }>;

/** Talks with the relay that a client is registered with (PROTOCOL 1.5 to 1.8). */
export class Conversation {
  /** What is shared with the relay. */
  readonly channel: RelayChannel;
  /** Group delivery, where the relay grants it. */
  readonly group: GroupLink | undefined;
  readonly #client: ClientState;
  readonly #sessionId: Uint8Array;
  readonly #liveness: Liveness;
  readonly #reliable: ReliableLink | undefined;
  #lastSequence = 0n;
  #outcome: ConversationOutcome = { outcome: "going_on" };

  /**
   * @param client What the parts of the core share.
   * @param channel The channel of the registration that was accepted.
   * @param acceptance What the relay said.
   * @param now The moment.
   */
  constructor(client: ClientState, channel: RelayChannel, acceptance: Acceptance, now: Instant) {
    const { sessionId, keepAliveSeconds, features } = acceptance.accepted;
    const isReliable = client.options.reliable && hasFeature(features, Feature.RELIABLE_DELIVERY);
    this.#client = client;
    this.channel = channel;
    this.#sessionId = sessionId;
    const keepAliveMs = (keepAliveSeconds || DEFAULT_KEEP_ALIVE_SECONDS) * 1000;
    const hasOthers = client.options.targets.length > 1;
    const rule = livenessRule({ isReliable, hasOthers }, keepAliveMs);
    this.#liveness = new Liveness(rule, client.options.random, now.monotonicMs);
    this.#reliable = isReliable ? new ReliableLink(client, channel, sessionId) : undefined;
    client.sender.attach(channel.outbox, this.#reliable?.window);
    this.#beginOrder(acceptance, now);
    this.group = this.#groupLink(acceptance, now);
  }

  /** Whether the relay is trusted to be there, or is being asked. */
  get state(): "registered" | "probing" {
    return this.#liveness.isProbing ? "probing" : "registered";
  }

  /** Whether messages have an order, and are asked for when they are missed. */
  get isReliable(): boolean {
    return this.#reliable !== undefined;
  }

  /** Takes note of an authentic, fresh token. */
  heardToken(now: Instant): void {
    this.#liveness.heard(now.monotonicMs);
  }

  /** Takes note of an authentic, fresh group message. */
  heardGroupToken(now: Instant): void {
    this.#liveness.heardGroup(now.monotonicMs);
    this.group?.heardToken();
  }

  /**
   * Takes note of UNKNOWN_SESSION, which anyone can forge: a hint to ask the relay (PROTOCOL 1.4). It
   * may know this client at another address, from which a router has moved it.
   */
  heardUnknownSession(now: Instant): void {
    if (this.#liveness.hint(now.monotonicMs)) this.#showSession(now);
  }

  /** Takes one thing that a token says. */
  hear(content: SealedContent, now: Instant): void {
    this.group?.note(content, now);
    if (this.#reliable?.hear(content, now) === true) return;
    switch (content.type) {
      case "keep_alive_reply":
        if (this.#client.flush.confirm(this.#flushConditions(), now.monotonicMs)) this.#endFlush();
        return;
      case "fragment_nack":
        return this.#client.sender.repair(content.nack, now);
      case "disconnect":
        this.#outcome = shutdownDetail(content.reason) === undefined
          ? { outcome: "disconnected", reason: content.reason }
          : { outcome: "lost", cause: "shutdown", reason: content.reason };
        return;
      case "registration_accepted": // once more, because a try of the registration came late
        return;
      default:
        return this.#client.deliver(content);
    }
  }

  /**
   * Does what is due.
   *
   * @param now The moment.
   * @returns Whether the conversation goes on; if not, it is to be ended and thrown away.
   */
  tick(now: Instant): ConversationOutcome {
    if (this.#outcome.outcome !== "going_on") return this.#outcome;
    const step = this.#liveness.tick(now.monotonicMs);
    if (step === "lost") return { outcome: "lost", cause: "silence", reason: this.#silenceReason };
    if (step === "probe") this.#sendKeepAlive(now);
    if (step === "show") this.#showSession(now);
    this.#tickReliable(now);
    if (this.group?.tick(now) === true) this.#sendKeepAlive(now);
    this.#pump(now);
    this.#tickFlush(now);
    return this.#groupOutcome ?? this.#outcome;
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return Math.min(
      this.#liveness.nextDeadlineMs(),
      this.#client.sender.nextDeadlineMs() ?? Infinity,
      this.#reliable?.nextDeadlineMs() ?? this.#nextFlushMs() ?? Infinity,
      this.group?.nextDeadlineMs() ?? Infinity,
    );
  }

  /** Ends the conversation: what it could not bring to its end waits for the next one. */
  end(): void {
    const { sender, flush, effects } = this.#client;
    this.group?.leave();
    this.channel.close();
    sender.detach();
    if (!flush.isRunning) return;
    // What is not acknowledged is sent again in the next session, and a flush waits for that.
    if (this.#reliable !== undefined) return flush.begin();
    flush.end();
    effects.push({ type: "flush_failed", error: unconfirmedError("the relay was lost") });
  }

  /** A new session would break off a flush that is not counted by ACKs; so that comes first. */
  get #groupOutcome(): ConversationOutcome | undefined {
    const reason = this.group?.trouble;
    const isBusy = this.#reliable === undefined && this.#client.flush.isRunning;
    return reason === undefined || isBusy ? undefined : { outcome: "group_lost", reason };
  }

  /** A relay that is heard well, but from another time, is no relay that is silent. */
  get #silenceReason(): string {
    const { skewSeconds } = this.channel.receiver;
    return skewSeconds === undefined ? "" : clockSkewText(skewSeconds);
  }

  #groupLink({ accepted }: Acceptance, now: Instant): GroupLink | undefined {
    const receiver = this.channel.group;
    if (receiver === undefined) return undefined;
    if (!hasFeature(accepted.features, Feature.GROUP_DELIVERY)) {
      const reason = "this relay does not offer it";
      this.#client.effects.push({ type: "group_unavailable", reason });
      return undefined;
    }
    return new GroupLink(this.#client, receiver, {
      isReliable: this.isReliable,
      latest: accepted.latestRelaySequence,
      nowMs: now.monotonicMs,
    });
  }

  #beginOrder({ accepted, seriesId, replayFrom }: Acceptance, { monotonicMs }: Instant): void {
    const { ordered, effects, options, replay } = this.#client;
    const { latestRelaySequence: latest } = accepted;
    const base = replay === undefined ? undefined : replayFrom;
    this.#client.answerReplay(this.#reliable && replayFrom);
    if (this.#reliable !== undefined) {
      return ordered.begin({ seriesId, latest, replayFrom: base }, monotonicMs);
    }
    if (!options.reliable) return;
    effects.push({ type: "unreliable" });
    ordered.beginPlain(monotonicMs);
  }

  #tickReliable(now: Instant): void {
    if (this.#reliable === undefined) return;
    for (const plaintext of this.#reliable.takeDueKeepAlives(now)) {
      this.#sendShowingSession(plaintext, now);
    }
    const nack = this.#reliable.takeNack(now);
    if (nack === undefined) return;
    const tlv = { type: this.#client.options.types.NACK, value: nack };
    this.#sendDatagram(this.channel.seal([tlv], now), now);
  }

  #pump(now: Instant): void {
    const { sender, effects } = this.#client;
    for (const step of sender.pump(now)) {
      switch (step.step) {
        case "datagram":
          this.#sendDatagram(step.datagram, now);
          break;
        case "progress": {
          const { messageId, sentDatagrams, totalDatagrams } = step;
          effects.push({ type: "progress", messageId, sentDatagrams, totalDatagrams });
          break;
        }
        case "left":
          effects.push({ type: "message_left", messageId: step.messageId });
          break;
        case "given_up":
          this.#client.flush.giveUp();
          effects.push({ type: "message_given_up", messageId: step.messageId });
          break;
        default:
          step satisfies never;
      }
    }
  }

  #tickFlush(now: Instant): void {
    const { flush, effects, sender } = this.#client;
    if (this.#reliable !== undefined) {
      if (flush.isRunning && sender.isEmpty) this.#endFlush();
      return;
    }
    const step = flush.tick(this.#flushConditions(), now.monotonicMs);
    if (step === "probe") this.#sendKeepAlive(now);
    if (step !== "lost") return;
    effects.push({ type: "flush_failed", error: unconfirmedError("the relay is silent") });
  }

  #endFlush(): void {
    const givenUp = this.#client.flush.end();
    this.#client.effects.push(
      givenUp === 0
        ? { type: "flushed" }
        : { type: "flush_failed", error: notAcknowledgedError(givenUp) },
    );
  }

  #nextFlushMs(): number | undefined {
    return this.#client.flush.nextDeadlineMs(this.#flushConditions());
  }

  #flushConditions(): FlushConditions {
    const { isEmpty, lingerUntilMs } = this.#client.sender;
    return { isDrained: isEmpty, lingerUntilMs };
  }

  /** Sends a KEEP_ALIVE by which the relay finds the session, wherever this client is now. */
  #showSession(now: Instant): void {
    const plaintext = this.#reliable?.keepAlive(now) ?? this.#numberedKeepAlive();
    this.#sendShowingSession(plaintext, now);
  }

  #numberedKeepAlive(): Uint8Array {
    const { types } = this.#client.options;
    return encodeTlvs([
      { type: types.CLIENT_SEQUENCE, value: encodeU64(++this.#lastSequence) },
      { type: types.KEEP_ALIVE, value: new Uint8Array() },
    ]);
  }

  #sendShowingSession(plaintext: Uint8Array, now: Instant): void {
    this.#sendDatagram(this.channel.sealShowing(this.#sessionId, plaintext, now), now);
  }

  #sendKeepAlive(now: Instant): void {
    const { types } = this.#client.options;
    const tlv = { type: types.KEEP_ALIVE, value: new Uint8Array() };
    this.#sendDatagram(this.channel.seal([tlv], now), now);
  }

  #sendDatagram(datagram: Uint8Array, now: Instant): void {
    this.#liveness.sent(now.monotonicMs);
    this.#client.send(datagram, this.channel.relay);
  }
}
