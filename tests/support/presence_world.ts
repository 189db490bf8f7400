import type { ToldClient } from "../../src/cluster/presence/presence_message.ts";
import { assertEquals } from "@std/assert";
import type { LocatedClient } from "../../src/cluster/presence/located_client.ts";
import type { RegisteredClient } from "../../src/session/registered_client.ts";
import { PresenceCore } from "../../src/cluster/presence/presence_core.ts";
import type { Displaced, PresenceEffect } from "../../src/cluster/presence/presence_effect.ts";
import type { Ban, BanRecord } from "../../src/session/ban.ts";
import { BanList, parseBanTarget } from "../../src/session/ban_list.ts";
import type { Instant } from "../../src/session/instant.ts";
import { BinaryHeap } from "./binary_heap.ts";
import type { SeededRandom } from "./seeded_random.ts";

const BEGIN_UNIX_MS = 1_700_000_000_000;

/** How the bus between relays treats what they say. */
export interface BusConditions {
  /** Probability that a message does not reach a relay. */
  readonly loss?: number;
  /** The longest delay, milliseconds; what one relay says to another stays in order. */
  readonly maxDelayMs?: number;
}

interface Flight {
  readonly from: WorldRelay;
  readonly to: WorldRelay;
  readonly payload: Uint8Array;
  readonly arrivesMs: number;
  readonly order: number;
}

/** What a relay tells its clients, does and hears, as a test looks at it. */
export class WorldRelay {
  readonly relayId: string;
  readonly name: string;
  readonly core: PresenceCore;
  /** How far its wall clock is ahead, milliseconds. */
  readonly clockAheadMs: number;
  /** What its clients were told of others, such as `+amy` and `-amy`. */
  readonly notices: string[] = [];
  /** Its own clients by session id. */
  readonly clients = new Map<string, RegisteredClient>();
  readonly displaced: Displaced[] = [];
  /** Kicks and broadcasts that it was asked for. */
  readonly asked: string[] = [];
  /** What came of its own requests, by number. */
  readonly results = new Map<number, boolean | number>();
  /** The bans as its relay core would have them. */
  readonly banList: BanList;
  readonly #world: PresenceWorld;
  isConnected = false;
  isOver = false;
  /** The part of a split network in which it is. */
  side = 0;

  constructor(
    world: PresenceWorld,
    options: { relayId: string; clockAheadMs: number; bans: readonly BanRecord[] },
  ) {
    this.#world = world;
    this.relayId = options.relayId;
    this.name = `relay ${options.relayId.slice(-2)}`;
    this.clockAheadMs = options.clockAheadMs;
    const { relayId, name: relayName } = this;
    this.core = new PresenceCore({ relayId, relayName, bans: options.bans });
    this.banList = new BanList(this.core.bans.bans);
  }

  get now(): Instant {
    const { nowMs } = this.#world;
    return { monotonicMs: nowMs, unixMs: BEGIN_UNIX_MS + nowMs + this.clockAheadMs };
  }

  connect(): void {
    this.isConnected = true;
    this.carryOut(this.core.connected(this.now));
  }

  disconnect(): void {
    this.isConnected = false;
    this.carryOut(this.core.disconnected(this.now));
  }

  /** Registers a client, as a relay does. */
  join(client: Partial<RegisteredClient> & { sessionId: string }): RegisteredClient {
    const { name, instance, token, address = addressOf(client.sessionId), sessionId } = client;
    const joined: RegisteredClient = {
      sessionId,
      id: name ?? address,
      name,
      instance,
      address,
      sinceUnixMs: client.sinceUnixMs ?? this.now.unixMs,
      token,
    };
    this.clients.set(sessionId, joined);
    const isKept = this.core.keepsId(joined.id);
    const { isNews, effects } = this.core.joined(joined, this.now);
    assertEquals(isKept, !isNews, "keepsId() says beforehand what joined() says");
    if (isNews) this.notices.push(`+${joined.id}`);
    this.carryOut(effects);
    return joined;
  }

  leave(sessionId: string, reason = "left"): void {
    const client = this.clients.get(sessionId);
    this.clients.delete(sessionId);
    const isKept = client === undefined || this.core.keepsId(client.id);
    const { isNews, effects } = this.core.left(sessionId, reason, this.now);
    assertEquals(isKept, !isNews, "keepsId() says beforehand what left() says");
    if (isNews) this.notices.push(`-${client?.id}`);
    this.carryOut(effects);
  }

  /** Lets a client register again: a relay works out both notices before the core hears of either. */
  replace(sessionId: string, nextSessionId: string): void {
    const client = this.clients.get(sessionId);
    if (client === undefined) return;
    if (!this.core.keepsId(client.id)) this.notices.push(`-${client.id}`, `+${client.id}`);
    const next = { ...client, sessionId: nextSessionId, sinceUnixMs: this.now.unixMs };
    this.clients.delete(sessionId);
    this.clients.set(nextSessionId, next);
    this.carryOut(this.core.left(sessionId, "replaced", this.now).effects);
    this.carryOut(this.core.joined(next, this.now).effects);
  }

  /** Has a client be at another address, as a relay does. */
  move(sessionId: string, address: string): void {
    const client = this.clients.get(sessionId);
    if (client === undefined) return;
    const moved = { ...client, address, id: client.name ?? address };
    this.clients.set(sessionId, moved);
    if (client.id !== moved.id) {
      if (!this.core.hasId(client.id)) this.notices.push(`-${client.id}`);
      if (!this.core.hasId(moved.id)) this.notices.push(`+${moved.id}`);
    }
    this.carryOut(this.core.moved(sessionId, address, this.now));
  }

  ban(text: string, seconds?: number): void {
    const { unixMs } = this.now;
    const untilUnixMs = seconds === undefined ? undefined : unixMs + seconds * 1000;
    const ban: Ban = { ...parseBanTarget(text), sinceUnixMs: unixMs, untilUnixMs };
    this.banList.add(ban, unixMs);
    this.carryOut(this.core.banned(ban, this.now));
  }

  unban(text: string): void {
    this.banList.remove(text, this.now.unixMs);
    this.carryOut(this.core.unbanned(text, this.now));
  }

  /** Has a session at another relay ended. @returns The number of the request. */
  kick(sessionId: string, reason: string): number {
    const { request, effects } = this.core.kick(sessionId, reason, this.now);
    this.carryOut(effects);
    return request;
  }

  /** Has all other relays tell something. @returns The number of the request. */
  broadcast(text: string): number {
    const { request, effects } = this.core.broadcast(text, this.now);
    this.carryOut(effects);
    return request;
  }

  /** Stops with a goodbye. */
  stop(): void {
    this.carryOut(this.core.goodbye(this.now));
    this.isOver = true;
  }

  /** Stops without one. */
  die(): void {
    this.isOver = true;
  }

  /** Ids of the clients that it knows at other relays, in order. */
  listed(): string[] {
    return this.core.list().map(({ id }) => id).sort();
  }

  /** Takes what has happened to it out of `notices`. */
  takeNotices(): string[] {
    return this.notices.splice(0);
  }

  carryOut(effects: readonly PresenceEffect[]): void {
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: PresenceEffect): void {
    switch (effect.type) {
      case "publish":
        return this.#world.publish(this, effect.payload);
      case "joined":
        return void this.notices.push(`+${effect.client.id}`);
      case "left":
        return void this.notices.push(`-${effect.client.id}`);
      case "moved":
        return void this.notices.push(`-${effect.formerId}`, `+${effect.client.id}`);
      case "displaced":
        this.displaced.push(effect);
        this.clients.delete(effect.client.sessionId);
        if (effect.isTold) this.notices.push(`-${effect.client.id}`);
        return;
      case "kick": {
        this.asked.push(`kick ${effect.sessionId}: ${effect.reason}`);
        const isDone = this.clients.has(effect.sessionId);
        if (isDone) this.leave(effect.sessionId, "kicked");
        return this.carryOut(this.core.kickDone(effect.by, isDone, this.now));
      }
      case "broadcast":
        this.asked.push(`broadcast ${effect.text}`);
        return this.carryOut(this.core.broadcastDone(effect.by, this.clients.size, this.now));
      case "bans":
        for (const ban of effect.changes.banned) this.banList.add(ban, this.now.unixMs);
        for (const target of effect.changes.lifted) this.banList.lift(target);
        return;
      case "kicked":
        return void this.results.set(effect.request, effect.isDone);
      case "told":
        return void this.results.set(effect.request, effect.clients);
      case "relay_came":
      case "relay_gone":
        return;
      default:
        return effect satisfies never;
    }
  }
}

/** Relays of a cluster in virtual time, with a bus that loses and delays, the same way for the same seed. */
export class PresenceWorld {
  /** How the bus treats what is said from now on. */
  conditions: BusConditions;
  nowMs = 1_000;
  readonly relays: WorldRelay[] = [];
  /** Messages that were said. */
  said = 0;
  readonly #random: SeededRandom;
  readonly #flights = new BinaryHeap<Flight>((a, b) =>
    a.arrivesMs - b.arrivesMs || a.order - b.order
  );
  readonly #lastArrival = new Map<string, number>();
  #made = 0;

  constructor(random: SeededRandom, conditions: BusConditions = {}) {
    this.#random = random;
    this.conditions = conditions;
  }

  /** Starts a relay and connects it. */
  start(options: { clockAheadMs?: number; bans?: readonly BanRecord[] } = {}): WorldRelay {
    const { clockAheadMs = 0, bans = [] } = options;
    const relayId = (++this.#made).toString(16).padStart(16, "0");
    const relay = new WorldRelay(this, { relayId, clockAheadMs, bans });
    this.relays.push(relay);
    relay.connect();
    return relay;
  }

  publish(from: WorldRelay, payload: Uint8Array): void {
    this.said++;
    if (!from.isConnected || from.isOver) return;
    const { loss = 0, maxDelayMs = 0 } = this.conditions;
    for (const to of this.relays) {
      if (to === from || this.#random.chance(loss)) continue;
      const path = `${from.relayId} ${to.relayId}`;
      const earliestMs = this.#lastArrival.get(path) ?? 0;
      const arrivesMs = Math.max(earliestMs, this.nowMs + this.#random.below(maxDelayMs + 1));
      this.#lastArrival.set(path, arrivesMs);
      this.#flights.push({ from, to, payload: payload.slice(), arrivesMs, order: this.said });
    }
  }

  /** Lets time pass. */
  run(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (let turns = 0; turns < 1_000_000; turns++) {
      const dueMs = Math.min(this.#flights.first?.arrivesMs ?? Infinity, this.#tickMs());
      if (dueMs > untilMs) {
        this.nowMs = untilMs;
        return;
      }
      this.nowMs = Math.max(this.nowMs, dueMs);
      this.#deliver();
      for (const relay of this.#alive()) {
        if ((relay.core.nextDeadline() ?? Infinity) > this.nowMs) continue;
        relay.carryOut(relay.core.tick(relay.now));
      }
    }
    throw new Error("Time stands still: a deadline is due again and again");
  }

  #deliver(): void {
    for (let flight = this.#flights.first; flight; flight = this.#flights.first) {
      if (flight.arrivesMs > this.nowMs) return;
      this.#flights.shift();
      const { from, to, payload } = flight;
      if (!to.isConnected || to.isOver || from.side !== to.side) continue;
      to.carryOut(to.core.receive(from.relayId, payload, to.now));
    }
  }

  #alive(): WorldRelay[] {
    return this.relays.filter(({ isOver }) => !isOver);
  }

  #tickMs(): number {
    return Math.min(...this.#alive().map(({ core }) => core.nextDeadline() ?? Infinity));
  }
}

/** A session id for tests, 16 hexadecimal digits. */
export function sessionOf(number: number): string {
  return number.toString(16).padStart(16, "0");
}

/** An instance for tests, 32 hexadecimal digits. */
export function instanceOf(number: number): string {
  return number.toString(16).padStart(32, "0");
}

/** What a relay knows of a client elsewhere, for comparing. */
export function placeOf({ id, relayId, sessionId }: LocatedClient): string {
  return `${id} ${sessionId} at ${relayId}`;
}

/** The address of a client in a test that names none: each session has its own. */
function addressOf(sessionId: string): string {
  return `127.0.0.1:${1_024 + Number.parseInt(sessionId.slice(-8), 16) % 60_000}`;
}

/** A client without a name, as a relay tells the others of it: the one with this number. */
export function toldClientOf(number: number): ToldClient {
  const address = `192.0.2.1:${number}`;
  return {
    sessionId: sessionOf(number),
    id: address,
    name: undefined,
    instance: undefined,
    address,
    sinceUnixMs: 0,
    token: undefined,
    supersedes: [],
  };
}
