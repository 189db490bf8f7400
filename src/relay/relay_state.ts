import type { History } from "../history/history.ts";
import type { Fernet } from "../crypto/fernet.ts";
import { RelayCounters } from "../observe/counters.ts";
import type { AdmissionToken } from "../session/admission_tokens.ts";
import { type ClientSummary, summaryOf } from "../session/client_summary.ts";
import { EffectQueue } from "../session/effect_queue.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { Expiry } from "../session/expiry.ts";
import type { Instant } from "../session/instant.ts";
import { NoticeBoard } from "../session/notice_board.ts";
import { Outbox } from "../session/outbox.ts";
import { Registry } from "../session/registry.ts";
import { MAX_REMEMBERED_TOKENS, ReplayMemory } from "../session/replay_memory.ts";
import { ReplayWindow } from "../session/replay_window.ts";
import type { Session } from "../session/session.ts";
import { Feature, hasFeature } from "../wire/features.ts";
import { Reassembly } from "../wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../wire/reassembly_pool.ts";
import type { Replay } from "../wire/replay.ts";
import { maxTokenBytes } from "../wire/token_size.ts";
import { Delivery } from "./delivery.ts";
import { Group } from "./group.ts";
import { NO_OTHER_RELAYS, type RemoteRoster } from "./other_relays.ts";
import { HistoryExpiry } from "./history_expiry.ts";
import type { RelayEffect, RemovalReason } from "./relay_effects.ts";
import type { RelayOptions } from "./relay_options.ts";
import type { RegistrationRequest } from "./registration_queue.ts";
import { ReliablePeers } from "./reliable_peers.ts";
import { RemoteJoins } from "./remote_joins.ts";
import { replayFrom } from "./replay_from.ts";

/** Who is about to be registered. */
export interface Newcomer {
  /** The client name that it gave. */
  readonly name: string | undefined;
  /** The token that it showed, where one is asked for. */
  readonly token: AdmissionToken | undefined;
  /** Feature bits that it is granted. */
  readonly features: number;
  /** What its run of a program calls itself, 32 hexadecimal digits, if it says. */
  readonly instance: string | undefined;
  /** What it wants to hear of what was said before, if anything. */
  readonly replay: Replay | undefined;
}

/** What the parts of the relay core share: who is registered, and what is on its way to whom. */
export class RelayState {
  readonly options: RelayOptions;
  readonly effects: EffectQueue<RelayEffect> = new EffectQueue();
  readonly counters: RelayCounters = new RelayCounters();
  readonly registry: Registry = new Registry();
  readonly notices: NoticeBoard = new NoticeBoard();
  readonly delivery: Delivery = new Delivery(this.effects, this.counters);
  /** What is kept for the sessions with group delivery, and who is served one by one. */
  readonly group: Group;
  /** What is kept of the sessions with reliable delivery. */
  readonly reliablePeers: ReliablePeers = new ReliablePeers();
  /** Keeps messages, gives them their numbers, and has them to be sent again. */
  readonly history: History;
  /** Has it forget what is too old. */
  readonly historyExpiry: HistoryExpiry;
  /** Who is registered at other relays of the cluster. */
  readonly remote: RemoteRoster;
  /** Who joined there. */
  readonly remoteJoins: RemoteJoins = new RemoteJoins();
  readonly pool: ReassemblyPool;
  readonly expiry: Expiry;
  /** The number of the newest relayed message. */
  relaySequence: bigint;

  /**
   * @param options What the shell read from the settings.
   * @param history Keeps messages.
   * @param now The moment.
   * @param remote Who is registered at other relays.
   */
  constructor(
    options: RelayOptions,
    history: History,
    now: Instant,
    remote: RemoteRoster = NO_OTHER_RELAYS,
  ) {
    this.options = options;
    this.history = history;
    this.historyExpiry = new HistoryExpiry(history, now);
    this.remote = remote;
    this.relaySequence = history.newest;
    this.group = new Group(options, this.counters, this.delivery);
    this.expiry = new Expiry(options.clientTimeoutMs);
    this.pool = new ReassemblyPool(
      reassemblyLimits(
        maxTokenBytes(options.maxMessageBytes),
        options.fragmentTimeoutMs,
        options.budgetBytes,
      ),
    );
  }

  /**
   * Makes the session of a client that is about to be registered.
   *
   * @param registration Where it came from, and its digest.
   * @param fernet Its key.
   * @param newcomer What it said of itself, and was granted.
   * @param now The moment.
   */
  createSession(
    { from, digest }: Pick<RegistrationRequest, "from" | "digest">,
    fernet: Fernet,
    newcomer: Newcomer,
    now: Instant,
  ): Session {
    const { name, token, features, instance } = newcomer;
    const { types, budgetBytes, randomBytes, maxMessageAgeSeconds } = this.options;
    const sessionId = randomBytes(8).toHex();
    const address = formatEndpoint(from);
    return {
      sessionId,
      registrationDigest: digest,
      id: name ?? address,
      name,
      token,
      instance,
      features,
      baseSequence: this.relaySequence,
      replayFrom: this.#replayFrom(newcomer, now),
      endpoint: { hostname: from.hostname, port: from.port },
      address,
      fernet,
      outbox: new Outbox({ types, budgetBytes, sealer: fernet, randomBytes }, now),
      reassembly: new Reassembly(this.pool, sessionId),
      replayMemory: new ReplayMemory({
        maxAgeSeconds: maxMessageAgeSeconds,
        maxTokens: MAX_REMEMBERED_TOKENS,
      }),
      replayWindow: new ReplayWindow(),
      sinceUnixMs: now.unixMs,
      joinNotice: 0,
      lastSeenMs: now.monotonicMs,
      messagesIn: 0,
      messagesOut: 0,
      bytesIn: 0,
      bytesOut: 0,
    };
  }

  #replayFrom({ replay, features }: Newcomer, now: Instant): bigint | undefined {
    const isAsked = replay !== undefined && hasFeature(features, Feature.RELIABLE_DELIVERY);
    if (!isAsked) return undefined;
    this.historyExpiry.forget(now);
    return replayFrom(replay, this.history, this.relaySequence, now);
  }

  /** Registers a session and posts that its client joined, unless that is no news. */
  addSession(session: Session, now: Instant): void {
    this.registry.add(session);
    this.group.add(session);
    this.expiry.watch(now.monotonicMs);
    // As at its end: a client that registers again leaves and joins in one step.
    session.joinNotice = this.remote.keepsId(session.id)
      ? this.notices.lastNumber
      : this.notices.post("connect", session.id);
    const { name, instance } = session;
    const client = this.summaryOf(session, now);
    this.effects.push({ type: "client_registered", client, name, instance });
  }

  /** Sums a session up for an operator. */
  summaryOf(session: Session, now: Instant): ClientSummary {
    this.group.members.settle(session);
    return summaryOf(session, now);
  }

  /** Ends a session and posts that its client left, unless that is no news. */
  removeSession(session: Session, reason: RemovalReason, detail: string, now: Instant): void {
    this.registry.remove(session);
    this.group.remove(session, reason);
    this.delivery.forget(session);
    this.reliablePeers.forget(session);
    session.reassembly.clear();
    if (!this.remote.keepsId(session.id)) this.notices.post("disconnect", session.id);
    const client = summaryOf(session, now);
    this.effects.push({ type: "client_removed", client, reason, detail });
  }
}
