import { earlierOf } from "../session/earlier_of.ts";
import type { Endpoint } from "../session/endpoint.ts";
import { type Instant, unixSeconds } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { joinMessage } from "../wire/message.ts";
import { encodeTlvs, findTlv, type Tlv } from "../wire/tlv.ts";
import { encodeU64 } from "../wire/u64.ts";
import { cutText, MAX_REASON_BYTES } from "./cut_text.ts";
import { FragmentDesk } from "./fragment_desk.ts";
import { HistoryDesk } from "./history_desk.ts";
import type { NumberedMessage } from "./intake_pool.ts";
import { MessageIds } from "./message_ids.ts";
import { MessageRelay } from "./message_relay.ts";
import type { NoticeTeller } from "./notice_teller.ts";
import type { RelayState } from "./relay_state.ts";
import { ReliableDelivery } from "./reliable_delivery.ts";
import { Roaming } from "./roaming.ts";
import { type GateResult, TokenGate } from "./token_gate.ts";

/** What became of a TLV of a registered client. */
export type HeardTlv = "handled" | "unauthentic";

/** The same of a token; one that is `malformed` is counted as such, and need not be anyone's. */
type HeardToken = HeardTlv | "malformed";

/** What stands in a token that is taken. */
type TakenToken = Extract<GateResult, { state: "taken" }>;

type Spoken = Pick<TakenToken, "tlvs" | "sequence">;

/** Listens to registered clients and relays what they say (PROTOCOL 1.5 to 1.7). */
export class Conversation {
  readonly #state: RelayState;
  readonly #gate: TokenGate;
  readonly #knownTypes: ReadonlySet<number>;
  readonly #fragments: FragmentDesk;
  readonly #relay: MessageRelay;
  readonly #messageIds = new MessageIds();
  readonly #reliable: ReliableDelivery;
  readonly #history: HistoryDesk;
  readonly #roaming: Roaming;
  /** Why clients leave that have said goodbye, and whose messages have yet to go on. */
  readonly #goodbyes = new Map<Session, string>();

  /** @param state What the parts of the core share. @param notices Tells who joined and left. */
  constructor(state: RelayState, notices: NoticeTeller) {
    this.#state = state;
    this.#gate = new TokenGate(state.options.types, state.options.maxMessageAgeSeconds);
    this.#knownTypes = new Set(Object.values(state.options.types));
    this.#fragments = new FragmentDesk(state);
    this.#relay = new MessageRelay(state, notices, {
      kept: (sender, clientSequence, relaySequence, now) => {
        this.#reliable.kept(sender, clientSequence, relaySequence, now);
      },
      refused: (sender, clientSequence) => this.#reliable.refused(sender, clientSequence),
    });
    this.#reliable = new ReliableDelivery(state, this.#relay);
    this.#history = new HistoryDesk(state);
    this.#roaming = new Roaming(state, this.#gate, notices);
  }

  /**
   * Takes one outer TLV of a registered client.
   *
   * @param session The client; its session may have ended when this returns.
   * @param tlv The TLV; not kept.
   * @param now The moment.
   * @returns `"unauthentic"` when it is a token under another key, which is not yet counted.
   */
  hear(session: Session, { type, value }: Tlv, now: Instant): HeardTlv {
    const { types } = this.#state.options;
    if (this.#goodbyes.has(session)) return "handled";
    if (type === types.SYMMETRICALLY_ENCRYPTED_MESSAGE) {
      return toHeardTlv(this.#hearToken(session, value, now));
    }
    if (type === types.FRAGMENT) return toHeardTlv(this.#hearFragment(session, value, now));
    if (type === types.KEEP_ALIVE) session.lastSeenMs = now.monotonicMs;
    else if (!this.#knownTypes.has(type)) this.#state.counters.unknownTlvs++;
    return "handled";
  }

  /** Counts the TLVs of types that are not in the table. */
  countUnknown(tlvs: readonly Tlv[]): void {
    for (const { type } of tlvs) {
      if (!this.#knownTypes.has(type)) this.#state.counters.unknownTlvs++;
    }
  }

  /**
   * Moves a session to the address that a datagram came from, if the datagram proves that its client
   * is there now (PROTOCOL 1.5): it begins with SESSION_ID, and holds a token that is authentic,
   * fresh and newer than all before. The token is not taken by that; it is still to be heard.
   *
   * @param tlvs The TLVs of the datagram.
   * @param endpoint Where it came from, an address without a session.
   * @param now The moment.
   * @returns Whether the session was moved there.
   */
  roam(tlvs: readonly Tlv[], endpoint: Endpoint, now: Instant): boolean {
    return this.#roaming.follow(tlvs, endpoint, now);
  }

  /** Does what follows from the news of the history. */
  hearHistory(now: Instant): void {
    this.#relay.hearNews(now);
    this.#reliable.tick(now);
    this.#endGoodbyes(now);
  }

  /** Does what is due. */
  tick(now: Instant): void {
    this.#reliable.tick(now);
    this.#endGoodbyes(now);
    this.#fragments.tick(now);
  }

  /** When `tick` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return earlierOf(this.#fragments.nextDeadlineMs(), this.#reliable.nextDeadlineMs());
  }

  #hearFragment(session: Session, value: Uint8Array, now: Instant): HeardToken {
    const token = this.#fragments.take(session, value, now);
    if (token === undefined) return "handled";
    const heard = this.#hearToken(session, token, now);
    if (heard !== "handled") this.#fragments.forget(session, value);
    return heard;
  }

  #hearToken(session: Session, token: Uint8Array, now: Instant): HeardToken {
    const result = this.#gate.open(token, session, unixSeconds(now));
    switch (result.state) {
      case "taken":
        session.lastSeenMs = now.monotonicMs;
        this.#hearSealed(session, result, now);
        return "handled";
      case "repeated":
        this.#state.counters.drop("replayed");
        if (this.#reliable.serves(session)) {
          this.#reliable.takeAgain(session, result.sequence, now);
        }
        return "handled";
      case "refused":
        if (result.reason === "unauthentic") return "unauthentic";
        this.#state.counters.drop(result.reason);
        return result.reason === "malformed" ? "malformed" : "handled";
      default:
        return result satisfies never;
    }
  }

  #hearSealed(session: Session, { tlvs, sequence }: TakenToken, now: Instant): void {
    const { types } = this.#state.options;
    this.countUnknown(tlvs);
    this.#hearMessage(session, { tlvs, sequence }, now);
    // The news that came with it may have been that a new series begins, which ends all sessions.
    if (!this.#isThere(session)) return;
    const fragmentNack = findTlv(tlvs, types.FRAGMENT_NACK);
    if (fragmentNack !== undefined) this.#fragments.repair(session, fragmentNack, now);
    const nack = findTlv(tlvs, types.NACK);
    if (nack !== undefined && this.#reliable.serves(session)) {
      this.#history.answer(session, nack, now);
    }
    if (findTlv(tlvs, types.KEEP_ALIVE) !== undefined) this.#replyKeepAlive(session, now);
    const disconnect = findTlv(tlvs, types.DISCONNECT);
    if (disconnect !== undefined) this.#hearGoodbye(session, disconnect, now);
  }

  #hearMessage(sender: Session, { tlvs, sequence }: Spoken, now: Instant): void {
    const { types } = this.#state.options;
    const payload = joinMessage(types.MESSAGE, tlvs);
    const isReliable = sequence !== undefined && this.#reliable.serves(sender);
    if (payload === undefined) {
      if (isReliable) this.#reliable.takeEmpty(sender, sequence, now);
    } else {
      const firstSent = findTlv(tlvs, types.FIRST_SENT);
      const messageId = this.#messageIds.of(sender, sequence, firstSent);
      const isRepeated = firstSent !== undefined;
      const message = { sender, sequence: sequence ?? 0n, messageId, isRepeated, payload };
      if (isReliable) this.#reliable.take(message, now);
      else this.#relayPlain(message, now);
    }
    if (isReliable) this.#endGoodbyes(now);
  }

  #relayPlain(message: NumberedMessage, now: Instant): void {
    if (!this.#relay.accepts(message.payload)) return;
    if (this.#relay.hasRoom) this.#relay.submit(message, now);
    else this.#relay.refuse(message);
  }

  #hearGoodbye(session: Session, text: Uint8Array, now: Instant): void {
    const reason = cutText(new TextDecoder().decode(text), MAX_REASON_BYTES);
    this.#reliable.finish(session, now);
    if (this.#reliable.isFinished(session)) {
      this.#state.removeSession(session, "left", reason, now);
    } else this.#goodbyes.set(session, reason);
  }

  /** Ends the sessions that have said goodbye and of which nothing waits any more. */
  #endGoodbyes(now: Instant): void {
    for (const [session, reason] of this.#goodbyes) {
      // It may have ended otherwise meanwhile.
      const isThere = this.#isThere(session);
      if (isThere && !this.#reliable.isFinished(session)) continue;
      this.#goodbyes.delete(session);
      if (isThere) this.#state.removeSession(session, "left", reason, now);
    }
  }

  #isThere(session: Session): boolean {
    return this.#state.registry.withSessionId(session.sessionId) === session;
  }

  #replyKeepAlive(session: Session, now: Instant): void {
    const { delivery, options, relaySequence, group } = this.#state;
    // What has yet to leave for the group is nothing that a member misses.
    const waitsFrom = group.members.find(session) && group.channel.waitsFrom;
    const value = encodeU64(waitsFrom === undefined ? relaySequence : waitsFrom - 1n);
    const reply = encodeTlvs([
      { type: options.types.KEEP_ALIVE_REPLY, value },
      // Nobody knows here whether the key has come: so whoever has been given one gets it again.
      ...group.keys.tlvsFor(session),
    ]);
    delivery.sendSealed(session, reply, now);
  }
}

function toHeardTlv(heard: HeardToken): HeardTlv {
  return heard === "unauthentic" ? "unauthentic" : "handled";
}
