import type { Instant } from "../session/instant.ts";
import type { RegistrationAccepted } from "../wire/registration_accepted.ts";
import type { ClientState } from "./client_state.ts";
import type { FlushConditions } from "./flush.ts";
import { Liveness } from "./liveness.ts";
import type { RelayChannel } from "./relay_channel.ts";
import type { LostCause } from "./relay_client_event.ts";
import { shutdownDetail } from "../session/shutdown_reason.ts";
import { unconfirmedError } from "./relay_failure.ts";
import type { SealedContent } from "./sealed_content.ts";

/** Keep-alive interval when the relay names none, seconds. */
const DEFAULT_KEEP_ALIVE_SECONDS = 20;

/** How a conversation ended, or that it goes on. */
export type ConversationOutcome =
  | { readonly outcome: "going_on" }
  /** The relay is gone but may come back; `reason` in its own words, or empty. */
  | { readonly outcome: "lost"; readonly cause: LostCause; readonly reason: string }
  /** The relay wants no more of this client; `reason` in its own words, or empty. */
  | { readonly outcome: "disconnected"; readonly reason: string };

/** Talks with the relay that a client is registered with (PROTOCOL 1.5, 1.6). */
export class Conversation {
  /** What is shared with the relay. */
  readonly channel: RelayChannel;
  readonly #client: ClientState;
  readonly #liveness: Liveness;
  #outcome: ConversationOutcome = { outcome: "going_on" };

  /**
   * @param client What the parts of the core share.
   * @param channel The channel of the registration that was accepted.
   * @param accepted What the relay said of it.
   * @param now The moment.
   */
  constructor(
    client: ClientState,
    channel: RelayChannel,
    accepted: RegistrationAccepted,
    now: Instant,
  ) {
    this.#client = client;
    this.channel = channel;
    const keepAliveMs = (accepted.keepAliveSeconds || DEFAULT_KEEP_ALIVE_SECONDS) * 1000;
    this.#liveness = new Liveness(keepAliveMs, client.options.random, now.monotonicMs);
    client.sender.attach(channel.outbox);
  }

  /** Whether the relay is trusted to be there, or is being asked. */
  get state(): "registered" | "probing" {
    return this.#liveness.isProbing ? "probing" : "registered";
  }

  /** Takes note of an authentic, fresh token. */
  heardToken(now: Instant): void {
    this.#liveness.heard(now.monotonicMs);
  }

  /** Takes note of UNKNOWN_SESSION, which anyone can forge: a hint to ask the relay (PROTOCOL 1.4). */
  heardUnknownSession(now: Instant): void {
    if (this.#liveness.hint(now.monotonicMs)) this.#sendKeepAlive(now);
  }

  /** Takes one thing that a token says. */
  hear(content: SealedContent, now: Instant): void {
    switch (content.type) {
      case "keep_alive_reply":
        if (this.#client.flush.confirm(this.#flushConditions(), now.monotonicMs)) {
          this.#client.effects.push({ type: "flushed" });
        }
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
   * @returns Whether the conversation goes on; if not, it is to be thrown away.
   */
  tick(now: Instant): ConversationOutcome {
    if (this.#outcome.outcome !== "going_on") return this.#outcome;
    const step = this.#liveness.tick(now.monotonicMs);
    if (step === "lost") return { outcome: "lost", cause: "silence", reason: "" };
    if (step === "probe") this.#sendKeepAlive(now);
    this.#pump(now);
    this.#tickFlush(now);
    return this.#outcome;
  }

  /** When `tick` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    return Math.min(
      this.#liveness.nextDeadlineMs(),
      this.#client.sender.nextDeadlineMs() ?? Infinity,
      this.#client.flush.nextDeadlineMs(this.#flushConditions()) ?? Infinity,
    );
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
        default:
          step satisfies never;
      }
    }
  }

  #tickFlush(now: Instant): void {
    const { flush, effects } = this.#client;
    const step = flush.tick(this.#flushConditions(), now.monotonicMs);
    if (step === "probe") this.#sendKeepAlive(now);
    if (step !== "lost") return;
    effects.push({ type: "flush_failed", error: unconfirmedError("the relay is silent") });
  }

  #flushConditions(): FlushConditions {
    const { isEmpty, lingerUntilMs } = this.#client.sender;
    return { isDrained: isEmpty, lingerUntilMs };
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
