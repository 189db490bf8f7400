import type { HistoryNews, KeptMessage } from "../history/history.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { shutdownReason } from "../session/shutdown_reason.ts";
import { dismissSession } from "./dismiss_session.ts";
import type { NumberedMessage } from "./intake_pool.ts";
import type { NoticeTeller } from "./notice_teller.ts";
import { RecentMessageIds } from "./recent_message_ids.ts";
import type { RelayState } from "./relay_state.ts";
import { Submissions } from "./submissions.ts";

/** Told what becomes of the messages of our clients. */
export interface SubmissionListener {
  /** A message is kept under `relaySequence`; its sender's session may have ended. */
  readonly kept: (
    sender: Session,
    clientSequence: bigint,
    relaySequence: bigint,
    now: Instant,
  ) => void;
  /** A message will never be kept. */
  readonly refused: (sender: Session, clientSequence: bigint) => void;
}

/**
 * Hands the messages of our clients to the history, and what the history keeps, of ours or of other
 * relays, to all clients but the one that said it (PROTOCOL 1.5, 1.7, 1.8).
 */
export class MessageRelay {
  readonly #state: RelayState;
  readonly #notices: NoticeTeller;
  readonly #listener: SubmissionListener;
  readonly #submissions = new Submissions();
  readonly #recentIds = new RecentMessageIds();

  /**
   * @param state What the parts of the core share.
   * @param notices Tells who joined and left.
   * @param listener Told what becomes of messages.
   */
  constructor(state: RelayState, notices: NoticeTeller, listener: SubmissionListener) {
    this.#state = state;
    this.#notices = notices;
    this.#listener = listener;
  }

  /** Whether a message is short enough to be relayed; one that is not is counted as dropped. */
  accepts(payload: Uint8Array): boolean {
    const { counters, options } = this.#state;
    if (payload.byteLength <= options.maxMessageBytes) return true;
    counters.drop("too_large");
    return false;
  }

  /** Whether the history takes one more message. */
  get hasRoom(): boolean {
    return this.#state.history.hasRoom;
  }

  /** How many datagrams a short message makes: about what relaying one costs. */
  get datagramsEach(): number {
    const { group: { members, channel } } = this.#state;
    return members.alone.size + members.arrivals.size + channel.datagramsEach;
  }

  /** Whether messages of a session are on their way into the history. */
  isSubmitting(sender: Session): boolean {
    return this.#submissions.has(sender);
  }

  /** Whether the message of a session with this CLIENT_SEQUENCE is on its way into the history. */
  holds(sender: Session, clientSequence: bigint): boolean {
    return this.#submissions.holds(sender, clientSequence);
  }

  /**
   * Hands a message to the history; it is relayed once that keeps it, which may be at once.
   *
   * @param message One that `accepts` lets pass, while there is room.
   * @param now The moment.
   */
  submit(message: NumberedMessage, now: Instant): void {
    const { sender, sequence: clientSequence, messageId, payload } = message;
    const { counters, history } = this.#state;
    this.#count(sender, payload);
    const known = this.#knownNumber(message);
    if (known !== undefined) {
      counters.drop("duplicate");
      return this.#listener.kept(sender, clientSequence, known, now);
    }
    const ticket = history.append({
      messageId,
      senderId: sender.id,
      sessionId: sender.sessionId,
      clientSequence,
      instance: sender.instance,
      unixMs: now.unixMs,
      payload,
    });
    this.#submissions.add(ticket, { sender, clientSequence });
    this.hearNews(now);
  }

  /** Drops a message for which the history has no room. */
  refuse({ sender, sequence }: NumberedMessage): void {
    this.#state.counters.drop("not_kept");
    this.#listener.refused(sender, sequence);
  }

  /** Does what follows from the news of the history. */
  hearNews(now: Instant): void {
    for (const news of this.#state.history.takeNews()) this.#hear(news, now);
  }

  /** The number that a message has which its client said before, in an earlier session. */
  #knownNumber(
    { sender: { instance }, messageId, isRepeated }: NumberedMessage,
  ): bigint | undefined {
    if (!isRepeated || instance === undefined) return undefined;
    const { history } = this.#state;
    return history.sequenceOf(messageId) ?? this.#recentIds.sequenceOf(instance, messageId);
  }

  #hear(news: HistoryNews, now: Instant): void {
    const { counters, effects } = this.#state;
    switch (news.type) {
      case "kept": {
        const { message, ticket } = news;
        const submission = ticket === undefined ? undefined : this.#submissions.take(ticket);
        this.#remember(message, now);
        this.#relay(message, this.#senderOf(message), now);
        if (submission === undefined) return;
        const { sender, clientSequence } = submission;
        return this.#listener.kept(sender, clientSequence, message.sequence, now);
      }
      case "duplicate": {
        counters.drop("duplicate");
        const submission = this.#submissions.take(news.ticket);
        if (submission === undefined) return;
        const { sender, clientSequence } = submission;
        return this.#listener.kept(sender, clientSequence, news.sequence, now);
      }
      case "refused": {
        counters.drop("not_kept");
        const submission = this.#submissions.take(news.ticket);
        if (submission === undefined) return;
        const { sender, clientSequence } = submission;
        effects.push({ type: "message_refused", senderId: sender.id, reason: news.reason });
        return this.#listener.refused(sender, clientSequence);
      }
      case "passed":
        this.#state.relaySequence = news.last;
        return;
      case "new_series":
        return this.#beginSeries(now);
      case "trouble":
        effects.push({ type: "history_trouble", trouble: news.trouble });
        return;
      default:
        return news satisfies never;
    }
  }

  /** Those of other relays too: a client that comes over may say again what it said there. */
  #remember({ instance, messageId, sequence }: KeptMessage, { monotonicMs }: Instant): void {
    if (instance === undefined) return;
    this.#recentIds.note(instance, messageId, sequence, monotonicMs);
  }

  /** Has all clients register again: of what they have, no number means anything any more. */
  #beginSeries(now: Instant): void {
    const { registry, history } = this.#state;
    this.#state.relaySequence = history.newest;
    this.#recentIds.clear();
    const goodbye = shutdownReason("its history has begun anew");
    for (const session of [...registry.sessions()]) {
      dismissSession(this.#state, session, "shutdown", goodbye, now);
    }
  }

  /** Relays a message that is kept. */
  #relay(message: KeptMessage, sender: Session | undefined, now: Instant): void {
    const { group } = this.#state;
    // A message must not overtake the notice that its sender joined.
    if (this.#isJoinUntold(message, sender)) this.#notices.tell(now);
    this.#state.relaySequence = message.sequence;
    this.#deliverToMembers(message, sender, now);
    for (const recipient of group.members.alone) {
      if (recipient !== sender) this.#deliver(recipient, message, now);
    }
  }

  /** The session of who said a message, if it is here now: in this session, in an earlier one or at another relay. */
  #senderOf({ sessionId, instance, senderId }: KeptMessage): Session | undefined {
    const { registry } = this.#state;
    return registry.withSessionId(sessionId) ??
      (instance === undefined ? undefined : registry.withInstance(instance)) ??
      registry.named(senderId);
  }

  #isJoinUntold({ senderId }: KeptMessage, sender: Session | undefined): boolean {
    const { notices, remoteJoins } = this.#state;
    const number = sender?.joinNotice ?? remoteJoins.numberOf(senderId);
    return number !== undefined && notices.isPending(number);
  }

  #count(sender: Session, { byteLength }: Uint8Array): void {
    const { counters } = this.#state;
    counters.messagesIn++;
    counters.messageBytesIn += byteLength;
    sender.messagesIn++;
    sender.bytesIn += byteLength;
  }

  #deliverToMembers(message: KeptMessage, sender: Session | undefined, now: Instant): void {
    const { counters, group: { members, channel } } = this.#state;
    const recipients = members.othersThan(sender);
    if (recipients === 0) return;
    const { plaintext, sequence, payloadBytes } = message;
    if (!channel.say(plaintext, sender, sequence, now)) {
      return counters.drop("send_queue_full", recipients);
    }
    members.countMessage(sender, payloadBytes);
    counters.groupMessages++;
    counters.deliveries += recipients;
    counters.deliveryBytes += recipients * payloadBytes;
    this.#deliverToArrivals(sender, plaintext, now);
  }

  /**
   * Delivers a message of the group a second time, one by one, to the members that may not hear the
   * group yet; it is counted already. A notice in that time they may miss: by nothing could a client
   * tell that it comes twice.
   */
  #deliverToArrivals(sender: Session | undefined, plaintext: Uint8Array, now: Instant): void {
    const { delivery, group: { members } } = this.#state;
    for (const session of members.arrivals.at(now.monotonicMs)) {
      if (session !== sender) delivery.sendSealed(session, plaintext, now);
    }
  }

  #deliver(recipient: Session, { plaintext, payloadBytes }: KeptMessage, now: Instant): void {
    const { delivery, counters } = this.#state;
    if (!delivery.sendSealed(recipient, plaintext, now)) return;
    counters.deliveries++;
    counters.deliveryBytes += payloadBytes;
    recipient.messagesOut++;
    recipient.bytesOut += payloadBytes;
  }
}
