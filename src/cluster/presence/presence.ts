import { describeError } from "../../observe/describe_error.ts";
import type { EventLogger } from "../../observe/event_logger.ts";
import type { Ban, LiftedBan } from "../../session/ban.ts";
import type { BanChanges } from "../../session/ban_book.ts";
import { DeadlineTimer } from "../../session/deadline_timer.ts";
import { Deque } from "../../session/deque.ts";
import type { Instant } from "../../session/instant.ts";
import { readClocks } from "../../session/read_clocks.ts";
import type { ClusterBus } from "../cluster_bus.ts";
import type { LocatedClient } from "./located_client.ts";
import type { RegisteredClient } from "../../session/registered_client.ts";
import { type OwnChange, PresenceCore, type RelaySummary } from "./presence_core.ts";
import type { PresenceEffect } from "./presence_effect.ts";
import type { PresenceListener } from "./presence_listener.ts";

/** What a presence begins with. */
export interface PresenceOptions {
  /** What carries it to the other relays; the presence is what listens to it. */
  readonly bus: ClusterBus;
  /** What people call this relay: 1 to 100 characters, none of which steers a terminal. */
  readonly relayName: string;
  /** The bans that this relay has kept. */
  readonly bans: readonly Ban[];
  /** The bans of which it has kept that they were lifted. */
  readonly lifted: readonly LiftedBan[];
  readonly listener: PresenceListener;
  /** Told of relays that come and go, and of faults of our own code. */
  readonly logger: EventLogger;
}

/**
 * Tells the other relays of a cluster of this relay's clients, and this relay of theirs: a
 * `PresenceCore` with its bus and timer.
 */
export class Presence implements Disposable {
  readonly #options: PresenceOptions;
  readonly #core: PresenceCore;
  readonly #timer: DeadlineTimer;
  readonly #effects = new Deque<PresenceEffect>();
  readonly #kicks = new Map<number, (isDone: boolean) => void>();
  readonly #broadcasts = new Map<number, (clients: number) => void>();
  #isCarryingOut = false;

  /**
   * Begins to listen to the bus.
   *
   * @throws {TypeError} If no relay can be called so.
   */
  constructor(options: PresenceOptions) {
    const { bus, relayName, bans, lifted } = options;
    this.#options = options;
    const { relayId } = bus;
    this.#core = new PresenceCore({ relayId, relayName, bans: [...bans, ...lifted] });
    this.#timer = new DeadlineTimer(() => this.#step((now) => this.#core.tick(now)));
    bus.listen({
      onMessage: (from, payload) => this.#step((now) => this.#core.receive(from, payload, now)),
      onConnected: () => this.#step((now) => this.#core.connected(now)),
      onDisconnected: () => this.#step((now) => this.#core.disconnected(now)),
    });
  }

  /** Takes note that a client has registered here. @returns Whether this relay's other clients are to be told. */
  joined(client: RegisteredClient): boolean {
    return this.#change((now) => this.#core.joined(client, now));
  }

  /**
   * Takes note that a session here has ended.
   *
   * @param sessionId The session; one that was displaced is unknown already.
   * @param reason A word in lower case, told to the other relays.
   * @returns Whether this relay's other clients are to be told.
   */
  left(sessionId: string, reason: string): boolean {
    return this.#change((now) => this.#core.left(sessionId, reason, now));
  }

  /** Takes note that a client of this relay is at another address, `ip:port`. */
  moved(sessionId: string, address: string): void {
    this.#step((now) => this.#core.moved(sessionId, address, now));
  }

  /** Takes note that an operator of this relay keeps a target out. */
  banned(ban: Ban): void {
    this.#step((now) => this.#core.banned(ban, now));
  }

  /** Takes note that an operator of this relay has lifted a ban; `text` as he typed it. */
  unbanned(text: string): void {
    this.#step((now) => this.#core.unbanned(text, now));
  }

  /** The bans of which is to be kept that they were lifted. */
  get lifted(): readonly LiftedBan[] {
    return this.#core.bans.lifted;
  }

  /** The client at another relay whose name it is. */
  whoHas(name: string): LocatedClient | undefined {
    return this.#core.whoHas(name, readClocks());
  }

  /**
   * Whether a client at another relay, or at one that has gone just now, goes by an id: then it is no
   * news to this relay's clients when one here goes by it, or by another now.
   */
  hasId(id: string): boolean {
    return this.#core.hasId(id);
  }

  /**
   * Whether a client elsewhere goes by an id, or will as soon as the one here that does is gone: then it
   * is no news to this relay's clients that one here joins or leaves.
   */
  keepsId(id: string): boolean {
    return this.#core.keepsId(id);
  }

  /** A client at another relay, by client name, `ip:port` or session id. */
  find(id: string): LocatedClient | undefined {
    return this.#core.find(id);
  }

  /** The clients at other relays. */
  list(): readonly LocatedClient[] {
    return this.#core.list();
  }

  /** The other relays that are there. */
  relays(): readonly RelaySummary[] {
    return this.#core.relays();
  }

  /**
   * Has another relay end a session.
   *
   * @param sessionId The session, as `find` and `list` show it.
   * @param reason Why, in words for a person.
   * @returns Whether it has; false also when it can't be asked, or has not answered within 2 s.
   */
  kick(sessionId: string, reason: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#step((now) => {
      const { request, effects } = this.#core.kick(sessionId, reason, now);
      this.#kicks.set(request, resolve);
      return effects;
    });
    return promise;
  }

  /**
   * Has all other relays tell their clients something.
   *
   * @returns How many clients of other relays were told, as far as is known after at most 1 s.
   */
  broadcast(text: string): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#step((now) => {
      const { request, effects } = this.#core.broadcast(text, now);
      this.#broadcasts.set(request, resolve);
      return effects;
    });
    return promise;
  }

  /**
   * Says goodbye, if that is not done; from then on nothing is heard or said. To be called before the
   * sessions of this relay end: that they do is no news when their clients go to other relays.
   */
  [Symbol.dispose](): void {
    this.#step((now) => this.#core.goodbye(now));
    this.#timer[Symbol.dispose]();
    for (const resolve of this.#kicks.values()) resolve(false);
    for (const resolve of this.#broadcasts.values()) resolve(0);
    this.#kicks.clear();
    this.#broadcasts.clear();
  }

  #change(input: (now: Instant) => OwnChange): boolean {
    let isNews = true;
    this.#step((now) => {
      const change = input(now);
      isNews = change.isNews;
      return change.effects;
    });
    return isNews;
  }

  /** Lets the core take one input and carries out what comes of it. */
  #step(input: (now: Instant) => readonly PresenceEffect[]): void {
    const now = readClocks();
    this.#guarded(() => {
      for (const effect of input(now)) this.#effects.push(effect);
    });
    this.#carryOutAll();
    this.#timer.arm(this.#core.nextDeadline(), now.monotonicMs);
  }

  /** What a listener does in turn waits for its place: what is published has an order. */
  #carryOutAll(): void {
    if (this.#isCarryingOut) return;
    this.#isCarryingOut = true;
    for (let effect = this.#effects.shift(); effect; effect = this.#effects.shift()) {
      const next = effect;
      this.#guarded(() => this.#carryOut(next));
    }
    this.#isCarryingOut = false;
  }

  /** A fault in our own code: no other relay may end this one for all by finding it. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.logger.error("internal error", { error: describeError(error) });
    }
  }

  #log(effect: PresenceEffect & { readonly type: "relay_came" | "relay_gone" }): void {
    const { logger } = this.#options;
    const { relayId: relay_id, relayName: relay } = effect;
    if (effect.type === "relay_came") {
      logger.info("relay of the cluster found", { relay, relay_id });
    } else logger.info("relay of the cluster gone", { relay, relay_id, reason: effect.reason });
  }

  #warnOfRefused({ refused }: BanChanges): void {
    if (refused === 0) return;
    this.#options.logger.warn("bans of another relay left out: there are too many", { refused });
  }

  #carryOut(effect: PresenceEffect): void {
    const { bus, listener } = this.#options;
    switch (effect.type) {
      case "publish":
        return bus.publish(effect.payload);
      case "joined":
        return listener.onJoined(effect.client);
      case "left":
        return listener.onLeft(effect.client, effect.reason);
      case "moved":
        return listener.onMoved(effect.client, effect.formerId);
      case "displaced":
        return listener.onDisplaced(effect);
      case "relay_came":
      case "relay_gone":
        return this.#log(effect);
      case "bans":
        this.#warnOfRefused(effect.changes);
        return listener.onBans(effect.changes);
      case "kick": {
        const isDone = listener.onKick(effect.sessionId, effect.reason);
        return this.#step((now) => this.#core.kickDone(effect.by, isDone, now));
      }
      case "broadcast": {
        const clients = listener.onBroadcast(effect.text);
        return this.#step((now) => this.#core.broadcastDone(effect.by, clients, now));
      }
      case "kicked":
        this.#kicks.get(effect.request)?.(effect.isDone);
        return void this.#kicks.delete(effect.request);
      case "told":
        this.#broadcasts.get(effect.request)?.(effect.clients);
        return void this.#broadcasts.delete(effect.request);
      default:
        return effect satisfies never;
    }
  }
}
