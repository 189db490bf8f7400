import { earlierOf } from "../../session/earlier_of.ts";
import type { RelayId } from "../cluster_bus.ts";
import { type GoneReason, RemoteRelay } from "./remote_relay.ts";

/** Other relays that are known of, at most. */
export const MAX_RELAYS = 64;

/** A relay that is not heard of for so long is gone, milliseconds: five beats. */
export const SILENCE_MS = 10_000;

/**
 * The names of a relay's clients are theirs unless it is silent for so long, milliseconds. Clients of a
 * relay that has died come over before it counts as gone, and are not to be kept out by themselves.
 */
export const NAMES_HELD_MS = 5_000;

/** How long clients of a relay that said goodbye have to come over, milliseconds. */
export const GOODBYE_GRACE_MS = 10_000;

/** The same for one that fell silent: they have had all that silence as well. */
export const SILENCE_GRACE_MS = 5_000;

/**
 * The other relays, and which of them are there.
 *
 * While this relay has no connection itself, nobody falls silent: all that it could tell its clients
 * is that it knows nothing.
 */
export class RelayTable {
  readonly #relays = new Map<RelayId, RemoteRelay>();
  #isConnected = false;

  /** All of them, those that have gone included. */
  relays(): IterableIterator<RemoteRelay> {
    return this.#relays.values();
  }

  /** A relay, if it is known. */
  find(relayId: RelayId): RemoteRelay | undefined {
    return this.#relays.get(relayId);
  }

  /** Takes note of a relay. @returns It, or `undefined` when there is no room. */
  meet(relayId: RelayId, name: string, nowMs: number): RemoteRelay | undefined {
    const known = this.#relays.get(relayId);
    if (known !== undefined || this.#relays.size >= MAX_RELAYS) return known;
    const relay = new RemoteRelay(relayId, name, nowMs);
    this.#relays.set(relayId, relay);
    return relay;
  }

  /** Whether a client of a relay can be reached there. */
  isPresent(relayId: RelayId): boolean {
    return this.#relays.get(relayId)?.isPresent ?? false;
  }

  /** Whether the names of a relay's clients are taken. */
  holdsNames(relayId: RelayId, nowMs: number): boolean {
    const relay = this.#relays.get(relayId);
    if (relay === undefined) return false;
    return this.#isConnected ? relay.wasHeardSince(nowMs - NAMES_HELD_MS) : relay.isPresent;
  }

  /**
   * Takes note of a sign of life.
   *
   * @returns Whether its clients' names had stopped to be held.
   */
  hear(relay: RemoteRelay, nowMs: number): boolean {
    const wasHeld = relay.wasHeardSince(nowMs - NAMES_HELD_MS);
    relay.state = { state: "present", heardMs: nowMs };
    return !wasHeld;
  }

  /** Takes note that a relay stops. */
  sayGoodbye(relay: RemoteRelay, nowMs: number): void {
    relay.state = { state: "gone", reason: "relay_stopped", untilMs: nowMs + GOODBYE_GRACE_MS };
  }

  /** Takes note that this relay is connected: who was there before has a full time to be heard. */
  connected(nowMs: number): void {
    this.#isConnected = true;
    for (const relay of this.#relays.values()) {
      const { state } = relay;
      if (state.state === "present") relay.state = { state: "present", heardMs: nowMs };
      else relay.state = { ...state, untilMs: Math.max(state.untilMs, nowMs + SILENCE_GRACE_MS) };
    }
  }

  /** Takes note that this relay is not connected. */
  disconnected(): void {
    this.#isConnected = false;
  }

  /** When the next relay falls silent or is forgotten, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    if (!this.#isConnected) return undefined;
    let dueMs: number | undefined;
    for (const { state } of this.#relays.values()) {
      const nextMs = state.state === "present" ? state.heardMs + SILENCE_MS : state.untilMs;
      dueMs = earlierOf(dueMs, nextMs);
    }
    return dueMs;
  }

  /** Marks those that have fallen silent. @returns Them. */
  takeSilent(nowMs: number): RemoteRelay[] {
    if (!this.#isConnected) return [];
    const silent = [...this.#relays.values()]
      .filter((relay) => relay.isPresent && !relay.wasHeardSince(nowMs - SILENCE_MS + 1));
    const untilMs = nowMs + SILENCE_GRACE_MS;
    for (const relay of silent) relay.state = { state: "gone", reason: "relay_lost", untilMs };
    return silent;
  }

  /** Forgets those whose grace is over. @returns Them, each with why it is gone. */
  takeForgotten(nowMs: number): { relay: RemoteRelay; reason: GoneReason }[] {
    if (!this.#isConnected) return [];
    const forgotten: { relay: RemoteRelay; reason: GoneReason }[] = [];
    for (const relay of this.#relays.values()) {
      if (relay.state.state !== "gone" || nowMs < relay.state.untilMs) continue;
      this.#relays.delete(relay.relayId);
      forgotten.push({ relay, reason: relay.state.reason });
    }
    return forgotten;
  }
}
