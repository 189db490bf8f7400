import type { EffectQueue } from "../../session/effect_queue.ts";
import type { ClientDirectory } from "./client_directory.ts";
import {
  isSameClient,
  type LocatedClient,
  MAX_SUPERSEDED,
  prevailsOver,
} from "./located_client.ts";
import type { RegisteredClient } from "../../session/registered_client.ts";
import type { OwnRoster } from "./own_roster.ts";
import type { PresenceEffect } from "./presence_effect.ts";
import type { RelayTable } from "./relay_table.ts";
import type { RemoteRelay } from "./remote_relay.ts";

/** Why a client is gone that is at another relay now, or has lost its name to a client there. */
const DISPLACED = "displaced";

/** Why a client is gone that its relay no longer tells of: it was missed why. */
export const UNKNOWN = "unknown";

/**
 * How long it may take until the relay is heard where such a client is now, milliseconds: what two
 * relays say comes in any order.
 */
const DISPLACED_GRACE_MS = 2_000;

/** What the whereabouts of clients are made of. */
export interface WhereaboutsParts {
  readonly directory: ClientDirectory;
  readonly own: OwnRoster;
  readonly relays: RelayTable;
  readonly effects: EffectQueue<PresenceEffect>;
}

/**
 * Works out what the clients of this relay are told of clients elsewhere.
 *
 * They know each other by id. So it counts as joined when the first session anywhere goes by an id, and
 * as left when the last one does no more: a client that goes from relay to relay is neither. For a
 * while both relays have it; the one that has it no more is told by the other one's roster.
 */
export class Whereabouts {
  readonly #parts: WhereaboutsParts;
  /** Clients that may turn up at another relay, and why and until when; the first is due first. */
  readonly #displaced = new Map<LocatedClient, { reason: string; untilMs: number }>();
  /** Sessions that count again, as `#forget` says, and that may have a name that somebody has here. */
  readonly #lasting: LocatedClient[] = [];

  /** @param parts What they are made of. */
  constructor(parts: WhereaboutsParts) {
    this.#parts = parts;
  }

  /**
   * Adds a client of this relay.
   *
   * @param client The client.
   * @param at This relay.
   * @param nowMs Monotonic time.
   * @returns Whether it is news that somebody goes by its id.
   */
  addOwn(
    client: RegisteredClient,
    at: Pick<LocatedClient, "relayId" | "relayName">,
    nowMs: number,
  ): boolean {
    const { directory, own, relays } = this.#parts;
    this.removeOwn(client.sessionId, "replaced");
    const rivals = [...directory.rivalsOf({ ...client, ...at, supersedes: [] })]
      .filter(({ relayId }) => relayId !== at.relayId);
    const former = rivals.filter((rival) => isSameClient(rival, client));
    // With those that they have superseded in turn, whose relays may not have heard of it.
    const over = former.flatMap(({ supersedes, sessionId }) => [...supersedes, sessionId]);
    const supersedes = [...new Set(over)].slice(-MAX_SUPERSEDED);
    const located: LocatedClient = { ...client, ...at, supersedes };
    own.add(located);
    const isNews = directory.add(located);
    for (const session of former) this.#retire(session, "came_over");
    for (const rival of rivals) {
      if (this.isThere(rival) && relays.holdsNames(rival.relayId, nowMs)) {
        this.#contend(located, rival);
      }
    }
    return isNews;
  }

  /** Removes a client of this relay. @returns Whether nobody goes by its id any more. */
  removeOwn(sessionId: string, reason: string): boolean {
    const isFree = this.#dropOwn(sessionId, reason);
    this.#settleLasting();
    return isFree;
  }

  /** Moves a client of this relay to another address. */
  moveOwn(sessionId: string, address: string): void {
    const { directory, own } = this.#parts;
    const client = own.find(sessionId);
    if (client === undefined) return;
    const moved = { ...client, address, id: client.name ?? address };
    directory.add(moved);
    directory.remove(client);
    own.move(moved);
  }

  /** Adds a client of another relay, whose session was not known. */
  admit(client: LocatedClient, relay: RemoteRelay): void {
    relay.clients.set(client.sessionId, client);
    this.#show(client);
  }

  /** Removes a client of another relay. */
  dismiss(sessionId: string, reason: string, relay: RemoteRelay, nowMs: number): void {
    const client = relay.clients.get(sessionId);
    if (client === undefined) return;
    relay.clients.delete(sessionId);
    const mayTurnUp = reason === DISPLACED || reason === UNKNOWN;
    if (!mayTurnUp) return this.#retire(client, reason);
    if (!this.#parts.directory.has(client)) return;
    this.#displaced.set(client, { reason, untilMs: nowMs + DISPLACED_GRACE_MS });
  }

  /** Whether somebody else goes by a client's id, or will as soon as it is gone. */
  isFollowed(client: LocatedClient): boolean {
    return this.#lastingBehind(client).some(({ id }) => id === client.id);
  }

  /** Whether a client can be reached at another relay, as far as is known. */
  isThere(client: LocatedClient): boolean {
    const { directory, relays } = this.#parts;
    const relay = relays.find(client.relayId);
    const isListed = relay?.isPresent && relay.clients.get(client.sessionId) === client;
    return isListed === true && directory.has(client);
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    const [first] = this.#displaced.values();
    return first?.untilMs;
  }

  /** Counts as left who has not turned up elsewhere. */
  tick(nowMs: number): void {
    for (const [client, { reason, untilMs }] of this.#displaced) {
      if (nowMs < untilMs) return;
      this.#retire(client, reason);
    }
  }

  /** Moves a client of another relay to another address. */
  relocate(sessionId: string, address: string, relay: RemoteRelay): void {
    const { directory, effects } = this.#parts;
    const before = relay.clients.get(sessionId);
    if (before === undefined) return;
    const client = { ...before, address, id: before.name ?? address };
    relay.clients.set(sessionId, client);
    if (!directory.has(before)) return;
    const isNews = directory.add(client);
    const isFree = directory.remove(before);
    if (isNews && isFree) effects.push({ type: "moved", client, formerId: before.id });
    else if (isNews) effects.push({ type: "joined", client });
    else if (isFree) effects.push({ type: "left", client: before, reason: "moved" });
  }

  /** Looks again at who has to go, after a relay was silent for so long that its names were free. */
  settle(relay: RemoteRelay): void {
    for (const client of relay.clients.values()) {
      if (this.#parts.directory.has(client)) this.#contendWithOwn(client);
      else this.#show(client);
    }
  }

  /** Lets a client of another relay be found, unless it is known to be somewhere else by now. */
  #show(client: LocatedClient): void {
    const { directory, effects } = this.#parts;
    if (directory.isSuperseded(client.sessionId)) return;
    const isNews = directory.add(client);
    this.#retireFormer(client);
    if (isNews) effects.push({ type: "joined", client });
    this.#contendWithOwn(client);
  }

  /** Has no one go by the ids of a client's earlier sessions any more. */
  #retireFormer(client: LocatedClient): void {
    const { directory } = this.#parts;
    const replaced = client.supersedes.flatMap((sessionId) => directory.withSessionId(sessionId));
    // Its relay may not have known of those that a relay which has gone leaves behind.
    const orphans = [...directory.rivalsOf(client)]
      .filter((rival) => isSameClient(rival, client) && !this.isThere(rival));
    for (const session of [...replaced, ...orphans]) {
      const isElsewhere = session.relayId !== client.relayId;
      if (isElsewhere && !this.#isOwn(session)) this.#retire(session, "came_over");
    }
  }

  #contendWithOwn(client: LocatedClient): void {
    const { directory, own } = this.#parts;
    const replaced = client.supersedes.map((sessionId) => own.find(sessionId));
    for (const rival of [...replaced, ...directory.rivalsOf(client)]) {
      if (rival !== undefined && this.#isOwn(rival)) this.#contend(rival, client);
    }
  }

  /** Ends a session of this relay if another one, which has the same name or instance, prevails. */
  #contend(own: LocatedClient, other: LocatedClient): void {
    if (!this.#isOwn(own) || prevailsOver(own, other)) return;
    const why = isSameClient(own, other) ? "came_over" : "name_taken";
    const isTold = this.#dropOwn(own.sessionId, DISPLACED);
    this.#parts.effects.push({ type: "displaced", client: own, why, isTold });
    this.#settleLasting();
  }

  #dropOwn(sessionId: string, reason: string): boolean {
    const { own } = this.#parts;
    const client = own.find(sessionId);
    if (client === undefined) return false;
    own.remove(sessionId, reason);
    return this.#forget(client);
  }

  #retire(client: LocatedClient, reason: string): void {
    const { directory, effects } = this.#parts;
    this.#displaced.delete(client);
    if (directory.has(client) && this.#forget(client)) {
      effects.push({ type: "left", client, reason });
    }
    this.#settleLasting();
  }

  /**
   * Has a client not be found any more. Sessions that it superseded count again where they still last:
   * their relays have never heard of it, and would be the only ones that know of them.
   *
   * @returns Whether nobody goes by its id any more.
   */
  #forget(client: LocatedClient): boolean {
    const { directory } = this.#parts;
    const lasting = this.#lastingBehind(client);
    // First of all, lest somebody be told that the client has left and joined.
    const news = lasting.filter((former) => directory.add(former));
    const isFree = directory.remove(client);
    for (const former of news) this.#parts.effects.push({ type: "joined", client: former });
    this.#lasting.push(...lasting);
    return isFree;
  }

  /** The sessions that count again when a client is gone. */
  #lastingBehind(client: LocatedClient): LocatedClient[] {
    const { directory, relays } = this.#parts;
    const lasting: LocatedClient[] = [];
    for (const sessionId of client.supersedes) {
      if (directory.superseding(sessionId).some((other) => other !== client)) continue;
      for (const relay of relays.relays()) {
        const former = relay.isPresent ? relay.clients.get(sessionId) : undefined;
        if (former !== undefined) lasting.push(former);
      }
    }
    return lasting;
  }

  /** Works out who has to go for those that count again, once it is told who has left. */
  #settleLasting(): void {
    for (let former = this.#lasting.pop(); former; former = this.#lasting.pop()) {
      this.#contendWithOwn(former);
    }
  }

  #isOwn(client: LocatedClient): boolean {
    return this.#parts.own.find(client.sessionId) === client;
  }
}
