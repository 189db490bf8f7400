import type { Ban, BanRecord } from "../../session/ban.ts";
import { BanBook } from "../../session/ban_book.ts";
import { earliest } from "../../session/earliest.ts";
import { EffectQueue } from "../../session/effect_queue.ts";
import type { Instant } from "../../session/instant.ts";
import type { RelayId } from "../cluster_bus.ts";
import { BanExchange } from "./ban_exchange.ts";
import { ClientDirectory } from "./client_directory.ts";
import type { LocatedClient } from "./located_client.ts";
import type { RegisteredClient } from "../../session/registered_client.ts";
import { OwnRoster } from "./own_roster.ts";
import { decodePresence, isRelayName } from "./presence_codec.ts";
import type { AskedBy, PresenceEffect } from "./presence_effect.ts";
import { MAX_TEXT_UNITS } from "./presence_message.ts";
import { PresenceHearing } from "./presence_hearing.ts";
import { PresenceRequests } from "./presence_requests.ts";
import { PresenceVoice } from "./presence_voice.ts";
import { RelayRosters } from "./relay_rosters.ts";
import { RelayTable } from "./relay_table.ts";
import type { RemoteRelay } from "./remote_relay.ts";
import { Whereabouts } from "./whereabouts.ts";

/** What presence begins with. */
export interface PresenceStart {
  /** This relay. */
  readonly relayId: RelayId;
  /** What people call it: 1 to 100 characters, none of which steers a terminal. */
  readonly relayName: string;
  /** The bans that this relay has kept, and those of which it has kept that they were lifted. */
  readonly bans: readonly BanRecord[];
}

/** Another relay of the cluster, for people. */
export interface RelaySummary {
  readonly relayId: RelayId;
  readonly relayName: string;
  readonly clients: number;
  /** Whether all its clients are known, as far as it has told of them. */
  readonly isCurrent: boolean;
}

/** What came of a change to this relay's clients. */
export interface OwnChange {
  /** Whether the other clients of this relay are to be told that somebody joined or left. */
  readonly isNews: boolean;
  readonly effects: readonly PresenceEffect[];
}

/**
 * Which clients are at which relay of a cluster, without sockets and clocks: what happened goes in,
 * what to do comes out. Relays say it to each other by the `ClusterBus`, which loses what it can't
 * carry at the time; each repairs what it has missed.
 */
export class PresenceCore {
  /** What was decided about bans. */
  readonly bans: BanBook;
  readonly #start: PresenceStart;
  readonly #effects = new EffectQueue<PresenceEffect>();
  readonly #directory = new ClientDirectory();
  readonly #relays = new RelayTable();
  readonly #requests = new PresenceRequests();
  readonly #own: OwnRoster;
  readonly #whereabouts: Whereabouts;
  readonly #rosters: RelayRosters;
  readonly #exchange: BanExchange;
  readonly #voice: PresenceVoice;
  readonly #hearing: PresenceHearing;
  #isOver = false;

  /**
   * @param start What it begins with.
   * @throws {TypeError} If no relay can be called so.
   */
  constructor(start: PresenceStart) {
    if (!isRelayName(start.relayName)) {
      throw new TypeError("Cannot name a relay: want 1 to 100 printable characters");
    }
    const { relayId, relayName } = start;
    this.#start = start;
    this.bans = new BanBook(start.bans);
    this.#own = new OwnRoster(relayName);
    this.#exchange = new BanExchange(relayId, this.bans);
    const shared = {
      relayId,
      relayName,
      bans: this.bans,
      own: this.#own,
      exchange: this.#exchange,
      directory: this.#directory,
      relays: this.#relays,
      requests: this.#requests,
      effects: this.#effects,
    };
    this.#voice = new PresenceVoice(shared);
    this.#whereabouts = new Whereabouts(shared);
    this.#rosters = new RelayRosters(this.#whereabouts);
    this.#hearing = new PresenceHearing({
      ...shared,
      rosters: this.#rosters,
      whereabouts: this.#whereabouts,
      voice: this.#voice,
    });
  }

  /** Takes note that a client has registered here. */
  joined(client: RegisteredClient, now: Instant): OwnChange {
    if (this.#isOver) return { isNews: true, effects: [] };
    const { relayId, relayName } = this.#start;
    const isNews = this.#whereabouts.addOwn(client, { relayId, relayName }, now.monotonicMs);
    return { isNews, effects: this.#finish(now) };
  }

  /** Takes note that a session here has ended; `reason` is a word in lower case. */
  left(sessionId: string, reason: string, now: Instant): OwnChange {
    if (this.#isOver) return { isNews: true, effects: [] };
    const isNews = this.#whereabouts.removeOwn(sessionId, reason);
    return { isNews, effects: this.#finish(now) };
  }

  /** Takes note that a client of this relay is at another address now. */
  moved(sessionId: string, address: string, now: Instant): PresenceEffect[] {
    this.#whereabouts.moveOwn(sessionId, address);
    return this.#finish(now);
  }

  /** Takes note that an operator of this relay keeps a target out. */
  banned(ban: Ban, now: Instant): PresenceEffect[] {
    const record = this.bans.ban(ban);
    this.#voice.sayAll(this.#exchange.messagesOf(record === undefined ? [] : [record]));
    return this.#finish(now);
  }

  /** Takes note that an operator of this relay has lifted a ban. */
  unbanned(text: string, now: Instant): PresenceEffect[] {
    this.#voice.sayAll(this.#exchange.messagesOf(this.bans.lift(text, now.unixMs)));
    return this.#finish(now);
  }

  /** Takes note that the other relays can be reached, for the first time or again. */
  connected(now: Instant): PresenceEffect[] {
    if (this.#isOver) return [];
    this.#relays.connected(now.monotonicMs);
    this.#voice.connect(now.monotonicMs);
    return this.#finish(now);
  }

  /** Takes note that they can't be reached. */
  disconnected(now: Instant): PresenceEffect[] {
    this.#relays.disconnected();
    this.#voice.disconnect();
    return this.#finish(now);
  }

  /** Takes what another relay has said; any bytes at all. */
  receive(from: RelayId, payload: Uint8Array, now: Instant): PresenceEffect[] {
    if (this.#isOver || from === this.#start.relayId) return [];
    const message = decodePresence(payload);
    if (message !== undefined) this.#hearing.hear(from, message, now);
    return this.#finish(now);
  }

  /** Does everything that is due at or before `now`. */
  tick(now: Instant): PresenceEffect[] {
    const nowMs = now.monotonicMs;
    for (const { relayId, name: relayName } of this.#relays.takeSilent(nowMs)) {
      this.#exchange.forget(relayId);
      this.#effects.push({ type: "relay_gone", relayId, relayName, reason: "relay_lost" });
    }
    for (const { relay, reason } of this.#relays.takeForgotten(nowMs)) {
      this.#rosters.clear(relay, reason, nowMs);
    }
    this.#whereabouts.tick(nowMs);
    for (const result of this.#requests.takeOverdue(nowMs)) this.#effects.push(result);
    return this.#finish(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` when nothing is due. */
  nextDeadline(): number | undefined {
    if (this.#isOver) return undefined;
    return earliest(
      this.#voice.nextDeadlineMs(),
      this.#relays.nextDeadlineMs(),
      this.#whereabouts.nextDeadlineMs(),
      this.#requests.nextDeadlineMs(),
    );
  }

  /** Asks the relay that has a session to end it. @returns The number that a `kicked` effect will name, and effects. */
  kick(
    sessionId: string,
    reason: string,
    now: Instant,
  ): { request: number; effects: PresenceEffect[] } {
    const owner = this.find(sessionId)?.relayId;
    if (owner === undefined || !this.#canAsk()) {
      const request = this.#requests.number();
      this.#effects.push({ type: "kicked", request, isDone: false });
      return { request, effects: this.#finish(now) };
    }
    const request = this.#requests.kick(owner, now.monotonicMs);
    this.#voice.say({ kind: "kick", to: owner, request, sessionId, reason: toldText(reason) });
    return { request, effects: this.#finish(now) };
  }

  /** Answers a `kick` effect. */
  kickDone({ relayId, request }: AskedBy, isDone: boolean, now: Instant): PresenceEffect[] {
    this.#voice.say({ kind: "kicked", to: relayId, request, isDone });
    return this.#finish(now);
  }

  /** Asks all other relays to tell their clients something. @returns The number that a `told` effect will name, and effects. */
  broadcast(text: string, now: Instant): { request: number; effects: PresenceEffect[] } {
    const present = this.#present().map(({ relayId }) => relayId);
    if (present.length === 0 || !this.#canAsk()) {
      const request = this.#requests.number();
      this.#effects.push({ type: "told", request, clients: 0 });
      return { request, effects: this.#finish(now) };
    }
    const request = this.#requests.broadcast(present, now.monotonicMs);
    this.#voice.say({ kind: "broadcast", request, text: toldText(text) });
    return { request, effects: this.#finish(now) };
  }

  /** Answers a `broadcast` effect. */
  broadcastDone({ relayId, request }: AskedBy, clients: number, now: Instant): PresenceEffect[] {
    this.#voice.say({ kind: "told", to: relayId, request, clients });
    return this.#finish(now);
  }

  /**
   * Says that this relay stops. From then on nothing is heard or said: that the sessions end is no
   * news, their clients are about to go to other relays.
   */
  goodbye(now: Instant): PresenceEffect[] {
    if (this.#isOver) return [];
    this.#voice.sayAll(this.#own.takeChanges(now.monotonicMs));
    this.#voice.say({ kind: "goodbye" });
    this.#voice.disconnect();
    this.#isOver = true;
    return this.#effects.take();
  }

  /** The client at another relay whose name it is. */
  whoHas(name: string, now: Instant): LocatedClient | undefined {
    return this.#directory.named(name).find((client) =>
      this.#whereabouts.isThere(client) &&
      this.#relays.holdsNames(client.relayId, now.monotonicMs)
    );
  }

  /** Whether a client at another relay, or at one that has gone just now, goes by an id. */
  hasId(id: string): boolean {
    return this.#directory.withId(id).some((client) => this.#isRemote(client));
  }

  /**
   * Whether an id stays when the client here that goes by it ends: a client elsewhere goes by it as
   * well, or one that it has superseded will again. When it moves instead, that one stays superseded.
   */
  keepsId(id: string): boolean {
    return this.hasId(id) ||
      this.#directory.withId(id).some((client) => this.#whereabouts.isFollowed(client));
  }

  /** A client at another relay, by client name, `ip:port` or session id. */
  find(id: string): LocatedClient | undefined {
    return this.#directory.meantBy(id).find((client) => this.#whereabouts.isThere(client));
  }

  /** The clients at other relays. */
  list(): LocatedClient[] {
    return [...this.#directory.clients()].filter((client) => this.#whereabouts.isThere(client));
  }

  /** The other relays that are there. */
  relays(): RelaySummary[] {
    return this.#present().map(({ relayId, name, clients, copy: { isCurrent } }) => (
      { relayId, relayName: name, clients: clients.size, isCurrent }
    ));
  }

  #isRemote({ relayId }: LocatedClient): boolean {
    return relayId !== this.#start.relayId;
  }

  #present(): RemoteRelay[] {
    return [...this.#relays.relays()].filter(({ isPresent }) => isPresent);
  }

  #canAsk(): boolean {
    return this.#voice.isConnected && this.#requests.hasRoom;
  }

  /** Says what is due, and gives all effects out. */
  #finish(now: Instant): PresenceEffect[] {
    if (!this.#isOver) this.#voice.sayDue(now);
    return this.#effects.take();
  }
}

function toldText(text: string): string {
  return text.slice(0, MAX_TEXT_UNITS).toWellFormed();
}
