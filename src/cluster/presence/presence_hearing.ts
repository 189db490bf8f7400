import type { EffectQueue } from "../../session/effect_queue.ts";
import type { Instant } from "../../session/instant.ts";
import type { RelayId } from "../cluster_bus.ts";
import type { BanExchange } from "./ban_exchange.ts";
import type { OwnRoster } from "./own_roster.ts";
import type { PresenceEffect } from "./presence_effect.ts";
import type { BansMessage, PresenceMessage } from "./presence_message.ts";
import type { PresenceRequests } from "./presence_requests.ts";
import type { PresenceVoice } from "./presence_voice.ts";
import type { RelayRosters } from "./relay_rosters.ts";
import type { RelayTable } from "./relay_table.ts";
import type { RemoteRelay } from "./remote_relay.ts";
import type { Whereabouts } from "./whereabouts.ts";

/** Whom it concerns what other relays say. */
export interface HearingParts {
  /** This relay. */
  readonly relayId: RelayId;
  readonly relays: RelayTable;
  readonly rosters: RelayRosters;
  readonly whereabouts: Whereabouts;
  readonly own: OwnRoster;
  readonly exchange: BanExchange;
  readonly requests: PresenceRequests;
  readonly voice: PresenceVoice;
  readonly effects: EffectQueue<PresenceEffect>;
}

/** Hears what other relays say, and does what they ask for. */
export class PresenceHearing {
  readonly #parts: HearingParts;

  /** @param parts Whom it concerns. */
  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  /** Takes a message of another relay. */
  hear(from: RelayId, message: PresenceMessage, now: Instant): void {
    const { relays, effects } = this.#parts;
    const isNamed = message.kind === "beat" || message.kind === "roster";
    const wasPresent = relays.isPresent(from);
    const relay = isNamed ? relays.meet(from, message.name, now.monotonicMs) : relays.find(from);
    if (relay !== undefined) {
      if (!wasPresent && message.kind !== "goodbye") {
        effects.push({ type: "relay_came", relayId: from, relayName: relay.name });
      }
      this.#hearOf(relay, message, now);
    }
    // Also one of which nothing is known yet is given what it asks for.
    this.#answer(from, message, now);
  }

  /** Takes what a message says of its sender. */
  #hearOf(relay: RemoteRelay, message: PresenceMessage, now: Instant): void {
    const { relays, rosters, whereabouts, exchange, voice, effects } = this.#parts;
    const { monotonicMs: nowMs } = now;
    if (message.kind === "goodbye") {
      const { relayId, name: relayName } = relay;
      if (relay.isPresent) {
        effects.push({ type: "relay_gone", relayId, relayName, reason: "relay_stopped" });
      }
      relays.sayGoodbye(relay, nowMs);
      return exchange.forget(relayId);
    }
    if (relays.hear(relay, nowMs)) whereabouts.settle(relay);
    if (message.kind === "beat") rosters.beat(message, relay, nowMs);
    if (message.kind === "changes") rosters.changes(message, relay, nowMs);
    if (message.kind === "roster") rosters.part(message, relay, nowMs);
    if (message.kind === "beat") exchange.hear(relay.relayId, message.bans, nowMs);
    if (relay.copy.takeAsk(nowMs)) voice.say({ kind: "ask", of: relay.relayId });
  }

  #answer(from: RelayId, message: PresenceMessage, now: Instant): void {
    const { relayId, own, voice } = this.#parts;
    switch (message.kind) {
      case "beat":
        return message.greets ? voice.greeted() : undefined;
      case "ask":
        return message.of === relayId ? own.ask() : undefined;
      case "bans":
        return this.#takeBans(from, message, now);
      case "kick":
      case "kicked":
      case "told":
        return message.to === relayId ? this.#takeAddressed(from, message) : undefined;
      case "broadcast": {
        const by = { relayId: from, request: message.request };
        return this.#parts.effects.push({ type: "broadcast", by, text: message.text });
      }
      case "changes":
      case "roster":
      case "goodbye":
        return;
      default:
        return message satisfies never;
    }
  }

  #takeAddressed(
    from: RelayId,
    message: PresenceMessage & { readonly kind: "kick" | "kicked" | "told" },
  ): void {
    const { requests, effects } = this.#parts;
    const { request } = message;
    if (message.kind === "kick") {
      const { sessionId, reason } = message;
      return effects.push({ type: "kick", by: { relayId: from, request }, sessionId, reason });
    }
    const result = message.kind === "kicked"
      ? requests.kicked(from, request, message.isDone)
      : requests.told(from, request, message.clients);
    if (result !== undefined) effects.push(result);
  }

  #takeBans(from: RelayId, message: BansMessage, now: Instant): void {
    const changes = this.#parts.exchange.take(from, message, now);
    if (changes.banned.length + changes.lifted.length + changes.refused === 0) return;
    this.#parts.effects.push({ type: "bans", changes });
  }
}
