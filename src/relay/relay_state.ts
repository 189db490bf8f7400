import type { Fernet } from "../crypto/fernet.ts";
import { RelayCounters } from "../observe/counters.ts";
import type { AdmissionToken } from "../session/admission_tokens.ts";
import { type ClientSummary, summaryOf } from "../session/client_summary.ts";
import { EffectQueue } from "../session/effect_queue.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { Expiry } from "../session/expiry.ts";
import type { Instant } from "../session/instant.ts";
import { NoticeBoard } from "../session/notice_board.ts";
import { Outbox } from "../session/outbox.ts";
import { Registry } from "../session/registry.ts";
import { MAX_REMEMBERED_TOKENS, ReplayMemory } from "../session/replay_memory.ts";
import { ReplayWindow } from "../session/replay_window.ts";
import type { Session } from "../session/session.ts";
import { Reassembly } from "../wire/reassembly.ts";
import { reassemblyLimits, ReassemblyPool } from "../wire/reassembly_pool.ts";
import { maxTokenBytes } from "../wire/token_size.ts";
import { Delivery } from "./delivery.ts";
import { Group } from "./group.ts";
import { MessageHistory } from "./message_history.ts";
import type { RelayEffect, RemovalReason } from "./relay_effects.ts";
import type { RelayOptions } from "./relay_options.ts";
import { ReliablePeers } from "./reliable_peers.ts";

/** Who is about to be registered. */
export interface Newcomer {
  /** The client name that it gave. */
  readonly name: string | undefined;
  /** The token that it showed, where one is asked for. */
  readonly token: AdmissionToken | undefined;
  /** Feature bits that it is granted. */
  readonly features: number;
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
  /** The messages that can be sent again. */
  readonly history: MessageHistory;
  readonly pool: ReassemblyPool;
  readonly expiry: Expiry;
  /** Names the series that RELAY_SEQUENCE counts in: here, a run of the relay. */
  readonly seriesId: Uint8Array;
  /** The number of the newest relayed message. */
  relaySequence = 0n;

  /** @param options What the shell read from the settings. */
  constructor(options: RelayOptions) {
    this.options = options;
    this.group = new Group(options, this.counters, this.delivery);
    this.seriesId = options.randomBytes(8).slice();
    this.expiry = new Expiry(options.clientTimeoutMs);
    this.history = new MessageHistory({
      maxMessages: options.historyMessages,
      maxBytes: options.historyBytes,
    });
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
   * @param from Its address.
   * @param fernet Its key.
   * @param newcomer What it said of itself, and was granted.
   * @param now The moment.
   */
  createSession(from: Endpoint, fernet: Fernet, newcomer: Newcomer, now: Instant): Session {
    const { name, token, features } = newcomer;
    const { types, budgetBytes, randomBytes, maxMessageAgeSeconds } = this.options;
    const sessionId = randomBytes(8).toHex();
    const address = formatEndpoint(from);
    return {
      sessionId,
      id: name ?? address,
      name,
      token,
      features,
      baseSequence: this.relaySequence,
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

  /** Registers a session and posts that its client joined. */
  addSession(session: Session, now: Instant): void {
    this.registry.add(session);
    this.group.add(session);
    this.expiry.watch(now.monotonicMs);
    session.joinNotice = this.notices.post("connect", session.id);
    this.effects.push({ type: "client_registered", client: this.summaryOf(session, now) });
  }

  /** Sums a session up for an operator. */
  summaryOf(session: Session, now: Instant): ClientSummary {
    this.group.members.settle(session);
    return summaryOf(session, now);
  }

  /** Ends a session and posts that its client left. */
  removeSession(session: Session, reason: RemovalReason, detail: string, now: Instant): void {
    this.registry.remove(session);
    this.group.remove(session, reason);
    this.delivery.forget(session);
    this.reliablePeers.forget(session);
    session.reassembly.clear();
    this.notices.post("disconnect", session.id);
    const client = summaryOf(session, now);
    this.effects.push({ type: "client_removed", client, reason, detail });
  }
}
