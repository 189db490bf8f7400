import type { History } from "../history/history.ts";
import type { AdmissionTokens } from "../session/admission_tokens.ts";
import type { Ban } from "../session/ban.ts";
import { BanList, type BanTarget, parseBanTarget } from "../session/ban_list.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import { earlierOf } from "../session/earlier_of.ts";
import type { Instant } from "../session/instant.ts";
import { Feature } from "../wire/features.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import { Admission } from "./admission.ts";
import { Conversation } from "./conversation.ts";
import { cutText, MAX_REASON_BYTES } from "./cut_text.ts";
import { dismissSession } from "./dismiss_session.ts";
import { Evictions } from "./evictions.ts";
import { GateRules } from "./gate_rules.ts";
import { GroupDesk } from "./group_desk.ts";
import { NoticeTeller } from "./notice_teller.ts";
import { Reception } from "./reception.ts";
import type { RemoteRoster } from "./other_relays.ts";
import type { RelayEffect } from "./relay_effects.ts";
import type { RelayOptions, ServerKey } from "./relay_options.ts";
import { RelayState } from "./relay_state.ts";
import { type RelayStatistics, relayStatistics } from "./relay_statistics.ts";

/** What a relay core begins with. */
export interface RelayCoreStart {
  readonly options: RelayOptions;
  /** Keeps messages. Whoever made it has `historyNews` called when it has news of its own. */
  readonly history: History;
  /** Who is registered at other relays of the cluster; nobody by default. */
  readonly remote?: RemoteRoster;
  readonly serverKey: ServerKey;
  /** The value of SERVER_IDENTITY for that key. */
  readonly identity: Uint8Array;
  /** When the identity is to be signed anew, monotonic milliseconds. */
  readonly renewIdentityAtMs: number;
}

/**
 * The relay protocol without sockets, clocks or randomness: what happened goes in, what to do comes
 * out (PROTOCOL 1.1 to 1.8).
 *
 * Every method that returns effects has finished changing the state when it returns; the shell then
 * carries the effects out in their order. RSA is such an effect, and its result comes back by
 * `keyDecrypted`.
 */
export class RelayCore {
  readonly #state: RelayState;
  readonly #bans: BanList;
  readonly #rules: GateRules;
  readonly #evictions: Evictions;
  readonly #admission: Admission;
  readonly #conversation: Conversation;
  readonly #reception: Reception;
  readonly #notices: NoticeTeller;
  readonly #group: GroupDesk;
  #renewIdentityAtMs: number | undefined;
  #isShutDown = false;

  /**
   * @param start Options, RSA key and identity.
   * @param now The moment.
   * @throws {BansFullError} If there are too many bans.
   */
  constructor(start: RelayCoreStart, now: Instant) {
    const { options, history, remote, serverKey, identity, renewIdentityAtMs } = start;
    this.#state = new RelayState(options, history, now, remote);
    this.#bans = new BanList(options.bans);
    const features = grantedFeatures(options);
    this.#rules = new GateRules(options.types, options.authTokens, this.#bans, features);
    this.#evictions = new Evictions(this.#state, this.#rules);
    const key = { serverKey, identity };
    this.#admission = new Admission(this.#state, this.#rules, key, now.monotonicMs);
    this.#notices = new NoticeTeller(this.#state);
    this.#group = new GroupDesk(this.#state, this.#notices);
    this.#conversation = new Conversation(this.#state, this.#notices);
    this.#reception = new Reception({
      state: this.#state,
      rules: this.#rules,
      admission: this.#admission,
      conversation: this.#conversation,
    });
    this.#renewIdentityAtMs = renewIdentityAtMs;
  }

  /**
   * Takes a datagram from the network.
   *
   * @param datagram The UDP payload, any bytes at all; not kept.
   * @param from Where it came from.
   */
  receive(datagram: Uint8Array, from: Endpoint, now: Instant): RelayEffect[] {
    const { counters } = this.#state;
    counters.datagramsIn++;
    counters.bytesIn += datagram.byteLength;
    if (!this.#isShutDown) this.#reception.read(datagram, from, now);
    return this.#finish(now);
  }

  /**
   * Takes the result of a `decrypt_key` effect.
   *
   * @param jobId As in the effect.
   * @param plaintext What the RSA block held, or `undefined` when it does not decrypt or the key
   *   of its generation is gone.
   */
  keyDecrypted(jobId: number, plaintext: Uint8Array | undefined, now: Instant): RelayEffect[] {
    if (this.#isShutDown) return [];
    const admitted = this.#reception.settle(jobId, plaintext, now);
    if (admitted !== undefined) this.#evictions.watch(admitted.session, now);
    return this.#finish(now);
  }

  /** Takes the news of the history. */
  historyNews(now: Instant): RelayEffect[] {
    if (this.#isShutDown) return [];
    this.#conversation.hearHistory(now);
    return this.#finish(now);
  }

  /** Does everything that is due at or before `now`. */
  tick(now: Instant): RelayEffect[] {
    const { expiry, registry } = this.#state;
    for (const session of expiry.expired(registry.sessions(), now.monotonicMs)) {
      this.#state.removeSession(session, "timed_out", "", now);
    }
    this.#evictions.tick(now);
    // Before anything is said: whoever was put out just now must not read it.
    this.#group.goOn(now);
    this.#conversation.tick(now);
    this.#state.historyExpiry.tick(now);
    if (this.#renewIdentityAtMs !== undefined && now.monotonicMs >= this.#renewIdentityAtMs) {
      this.#renewIdentityAtMs = undefined;
      this.#state.effects.push({ type: "renew_identity" });
    }
    return this.#finish(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds; `undefined` when nothing is due. */
  nextDeadline(): number | undefined {
    const { expiry, notices, delivery, historyExpiry } = this.#state;
    // Asked after every datagram: so without an array.
    let dueMs = earlierOf(expiry.nextDeadlineMs(), this.#evictions.nextDeadlineMs());
    dueMs = earlierOf(dueMs, this.#conversation.nextDeadlineMs());
    dueMs = earlierOf(dueMs, historyExpiry.nextDeadlineMs());
    dueMs = earlierOf(dueMs, notices.nextDeadlineMs());
    dueMs = earlierOf(dueMs, delivery.nextDeadlineMs());
    dueMs = earlierOf(dueMs, this.#group.nextDeadlineMs());
    return earlierOf(dueMs, this.#renewIdentityAtMs);
  }

  /** Hands out a new RSA key from now on; sessions go on as they are. */
  setServerKey(serverKey: ServerKey, identity: Uint8Array, renewIdentityAtMs: number): void {
    this.#admission.setServerKey({ serverKey, identity });
    this.#renewIdentityAtMs = renewIdentityAtMs;
  }

  /** Hands out a new signature of the RSA key in use. */
  setIdentity(identity: Uint8Array, renewIdentityAtMs: number): void {
    this.#admission.setIdentity(identity);
    this.#renewIdentityAtMs = renewIdentityAtMs;
  }

  /** Takes note that a datagram could not be sent. */
  sendFailed(): void {
    this.#state.counters.drop("send_failed");
  }

  /** Takes note that an input ended in a fault of our own code. */
  countInternalError(): void {
    this.#state.counters.drop("internal_error");
  }

  /** The registered clients. */
  clients(now: Instant): ClientSummary[] {
    return Array.from(
      this.#state.registry.sessions(),
      (session) => this.#state.summaryOf(session, now),
    );
  }

  /** One client, by client name, `ip:port` or session id. */
  client(id: string, now: Instant): ClientSummary | undefined {
    const session = this.#state.registry.find(id);
    return session && this.#state.summaryOf(session, now);
  }

  /** The relay's counters. */
  statistics(): RelayStatistics {
    return relayStatistics(this.#state, this.#admission.pending);
  }

  /**
   * Ends a client's session.
   *
   * @param id Client name, `ip:port` or session id.
   * @param reason Sent to the client, cut to `MAX_REASON_BYTES`.
   * @returns Effects, or `undefined` when there is no such client.
   */
  kick(id: string, reason: string, now: Instant): RelayEffect[] | undefined {
    const session = this.#state.registry.find(id);
    if (session === undefined) return undefined;
    dismissSession(this.#state, session, "kicked", reason, now);
    return this.#finish(now);
  }

  /**
   * Has the clients told that another one joined or left at another relay of the cluster.
   *
   * @param kind Which of both.
   * @param id The client, as in SENDER_ID.
   */
  remoteNotice(kind: "connect" | "disconnect", id: string, now: Instant): RelayEffect[] {
    const { notices, remoteJoins } = this.#state;
    const number = notices.post(kind, id);
    if (kind === "connect") remoteJoins.add(id, number);
    else remoteJoins.delete(id);
    return this.#finish(now);
  }

  /**
   * Ends the session of a client that is at another relay of the cluster now.
   *
   * @param sessionId Session id, 16 hexadecimal digits; one that has ended is passed over.
   * @param text What its client is told, when the other one is not the same but has its name;
   *   `undefined` when it is the same, which has gone on there.
   */
  displace(sessionId: string, text: string | undefined, now: Instant): RelayEffect[] {
    const session = this.#state.registry.withSessionId(sessionId);
    if (session === undefined) return [];
    if (text === undefined) {
      this.#state.removeSession(session, "replaced", "goes on at another relay", now);
    } else dismissSession(this.#state, session, "replaced", text, now);
    return this.#finish(now);
  }

  /**
   * Replaces the admission tokens, and ends the sessions that the new ones no longer admit. From then
   * on every client needs a token, even if none was asked for before.
   */
  setAuthTokens(tokens: AdmissionTokens, now: Instant): RelayEffect[] {
    this.#rules.setTokens(tokens);
    this.#evictions.endUnadmitted(now);
    return this.#finish(now);
  }

  /**
   * Keeps an address or a name out, and ends the sessions that match. A ban with the same target is
   * replaced.
   *
   * @param target IP address or client name.
   * @param untilUnixMs When it ends; `undefined` for never.
   * @returns The ban, and effects.
   * @throws {BanTargetError} If the target is neither.
   * @throws {BansFullError} If there are too many.
   * @throws {RangeError} If it would be over already.
   */
  ban(
    target: string,
    untilUnixMs: number | undefined,
    now: Instant,
  ): { ban: Ban; effects: RelayEffect[] } {
    if (untilUnixMs !== undefined && !(untilUnixMs > now.unixMs)) {
      throw new RangeError(`Cannot ban: want an end after ${now.unixMs}, got ${untilUnixMs}`);
    }
    const ban: Ban = { ...parseBanTarget(target), sinceUnixMs: now.unixMs, untilUnixMs };
    this.#bans.add(ban, now.unixMs);
    this.#evictions.endBanned(ban, now);
    return { ban, effects: this.#finish(now) };
  }

  /**
   * Takes over a ban that was made at another relay of the cluster, and ends the sessions that match.
   *
   * @throws {BansFullError} If there are too many bans.
   */
  adoptBan(ban: Ban, now: Instant): RelayEffect[] {
    this.#bans.add(ban, now.unixMs);
    this.#evictions.endBanned(ban, now);
    return this.#finish(now);
  }

  /**
   * Lifts a ban.
   *
   * @param target IP address or client name, or a target as `bans` shows it.
   * @returns Whether there was one.
   */
  unban(target: string, now: Instant): boolean {
    return this.#bans.remove(target, now.unixMs);
  }

  /** Takes over that a ban was lifted at another relay of the cluster, if there is one. */
  adoptLifting(target: BanTarget): void {
    this.#bans.lift(target);
  }

  /** The bans that hold, the oldest first. */
  bans(now: Instant): readonly Ban[] {
    return this.#bans.list(now.unixMs);
  }

  /** Sends the operator's text to all clients, cut to `MAX_REASON_BYTES`. */
  broadcast(text: string, now: Instant): RelayEffect[] {
    const { options, registry, delivery } = this.#state;
    const value = new TextEncoder().encode(cutText(text, MAX_REASON_BYTES));
    const notice = encodeTlvs([{ type: options.types.SERVER_NOTICE, value }]);
    delivery.sendToMany(new Set(registry.sessions()), () => notice, now);
    return this.#finish(now);
  }

  /** Says goodbye to all clients; from then on nothing is received. */
  shutdown(reason: string, now: Instant): RelayEffect[] {
    // Told before the goodbyes: the shutdown itself is no news about each client.
    if (this.#state.notices.nextDeadlineMs() !== undefined) this.#notices.tell(now);
    for (const session of [...this.#state.registry.sessions()]) {
      dismissSession(this.#state, session, "shutdown", reason, now);
    }
    this.#isShutDown = true;
    this.#renewIdentityAtMs = undefined;
    return this.#state.effects.take();
  }

  #finish(now: Instant): RelayEffect[] {
    this.#notices.tellDue(now);
    this.#group.goOn(now);
    this.#state.delivery.release(now);
    return this.#state.effects.take();
  }
}

/** The features that a relay grants to those who ask. */
function grantedFeatures({ groupDelivery }: RelayOptions): number {
  const group = groupDelivery.mode === "off" ? 0 : Feature.GROUP_DELIVERY;
  return Feature.RELIABLE_DELIVERY | group;
}
