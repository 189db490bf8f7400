import type { LocatedClient } from "./located_client.ts";
import type { Beat, Changes, RosterPart, ToldClient } from "./presence_message.ts";
import { MAX_RELAY_CLIENTS } from "./presence_message.ts";
import type { RemoteRelay } from "./remote_relay.ts";
import type { CopyStep } from "./roster_copy.ts";
import { UNKNOWN, type Whereabouts } from "./whereabouts.ts";

/** Brings what is known of the clients of other relays up to date with what those tell. */
export class RelayRosters {
  readonly #whereabouts: Whereabouts;

  /** @param whereabouts Told of what has changed. */
  constructor(whereabouts: Whereabouts) {
    this.#whereabouts = whereabouts;
  }

  /** Takes a beat, by which it shows whether something was missed. */
  beat({ version, count }: Beat, relay: RemoteRelay, nowMs: number): void {
    const known = relay.clients.size;
    const steps = relay.copy.beat(version, Math.min(count, MAX_RELAY_CLIENTS), known);
    this.#carryOut(steps, relay, nowMs);
  }

  /** Takes changes. */
  changes(message: Changes, relay: RemoteRelay, nowMs: number): void {
    this.#carryOut(relay.copy.changes(message), relay, nowMs);
  }

  /** Takes a part of a whole roster. */
  part(message: RosterPart, relay: RemoteRelay, nowMs: number): void {
    this.#carryOut(relay.copy.part(message, nowMs), relay, nowMs);
  }

  /** Takes it that a relay has no clients any more. */
  clear(relay: RemoteRelay, reason: string, nowMs: number): void {
    for (const sessionId of [...relay.clients.keys()]) {
      this.#whereabouts.dismiss(sessionId, reason, relay, nowMs);
    }
  }

  #carryOut(steps: readonly CopyStep[], relay: RemoteRelay, nowMs: number): void {
    for (const step of steps) this.#carryOutStep(step, relay, nowMs);
  }

  #carryOutStep(step: CopyStep, relay: RemoteRelay, nowMs: number): void {
    switch (step.type) {
      case "there":
        for (const client of step.clients) this.#admit(client, relay);
        return;
      case "all":
        return this.#dismissOthers(step.sessionIds, relay, nowMs);
      case "joined":
        return this.#admit(step.client, relay);
      case "left":
        return this.#whereabouts.dismiss(step.sessionId, step.reason, relay, nowMs);
      case "moved":
        return this.#whereabouts.relocate(step.sessionId, step.address, relay);
      default:
        return step satisfies never;
    }
  }

  /** After those who are there: the id of one that is gone may have passed to one of them. */
  #dismissOthers(there: ReadonlySet<string>, relay: RemoteRelay, nowMs: number): void {
    for (const sessionId of [...relay.clients.keys()]) {
      if (!there.has(sessionId)) this.#whereabouts.dismiss(sessionId, UNKNOWN, relay, nowMs);
    }
  }

  #admit(told: ToldClient, relay: RemoteRelay): void {
    const known = relay.clients.get(told.sessionId);
    if (known !== undefined) {
      // Of a session nothing changes but its address.
      if (known.address !== told.address) {
        this.#whereabouts.relocate(told.sessionId, told.address, relay);
      }
      return;
    }
    if (relay.clients.size >= MAX_RELAY_CLIENTS) return;
    const { relayId, name: relayName } = relay;
    const client: LocatedClient = { ...told, relayId, relayName };
    this.#whereabouts.admit(client, relay);
  }
}
