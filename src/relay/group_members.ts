import type { Session } from "../session/session.ts";
import { Feature, hasFeature } from "../wire/features.ts";
import { keepNewest } from "../session/keep_newest.ts";
import { MAX_RETAINED_MESSAGES } from "../session/retained_messages.ts";
import { GroupArrivals } from "./group_arrivals.ts";

/** A client that reads the group. */
export interface GroupMember {
  readonly session: Session;
  /** The first epoch whose messages it gets; what was said before came to it one by one. */
  readonly firstEpoch: number;
  /** What of the group's counts is in the session's counters, or is not to be: its own messages. */
  messages: number;
  bytes: number;
  /** How often it was sent fragments again, by message id. */
  readonly repairs: Map<number, number>;
}

/**
 * Who gets messages as a member of the group, and who one by one (PROTOCOL 1.8).
 *
 * A message costs no loop over members here: they share one count of what was said, and a member's
 * own counters are brought up to date when somebody looks.
 */
export class GroupMembers {
  /** The members that may not hear the group yet. */
  readonly arrivals: GroupArrivals = new GroupArrivals();
  readonly #alone = new Set<Session>();
  readonly #newcomers = new Set<Session>();
  readonly #members = new Map<Session, GroupMember>();
  #messages = 0;
  #bytes = 0;

  /** The sessions that are served one by one, in the order of registration. */
  get alone(): ReadonlySet<Session> {
    return this.#alone;
  }

  /** How many are members. */
  get size(): number {
    return this.#members.size;
  }

  /** Whether nobody is a member or to become one. */
  get isEmpty(): boolean {
    return this.#members.size === 0 && this.#newcomers.size === 0;
  }

  /** The members. */
  members(): IterableIterator<GroupMember> {
    return this.#members.values();
  }

  /** The sessions that are to become members, in the order of registration. */
  get newcomers(): ReadonlySet<Session> {
    return this.#newcomers;
  }

  /** The member that a session is, if it is one. */
  find(session: Session): GroupMember | undefined {
    return this.#members.get(session);
  }

  /** How many members there are but for one, if that is one. */
  othersThan(session: Session | undefined): number {
    return session !== undefined && this.#members.has(session)
      ? this.#members.size - 1
      : this.#members.size;
  }

  /** Adds a session that begins; it is served one by one at first. */
  add(session: Session): void {
    this.#alone.add(session);
    if (hasFeature(session.features, Feature.GROUP_DELIVERY)) this.#newcomers.add(session);
  }

  /**
   * Makes a newcomer a member; does nothing with anyone else.
   *
   * @param session The session.
   * @param epoch The number of the epoch, whose key it has.
   * @param joinsSinceMs When it was given that key, monotonic milliseconds, if it has a group to
   *   join with it; `undefined` when it hears members' messages where it hears all else.
   */
  promote(session: Session, epoch: number, joinsSinceMs?: number): void {
    if (!this.#newcomers.delete(session)) return;
    this.#alone.delete(session);
    this.#members.set(session, {
      session,
      firstEpoch: epoch,
      messages: this.#messages,
      bytes: this.#bytes,
      repairs: new Map(),
    });
    if (joinsSinceMs !== undefined) this.arrivals.add(session, joinsSinceMs);
  }

  /** Forgets a session that has ended; its counters are up to date. */
  remove(session: Session): void {
    this.settle(session);
    this.#alone.delete(session);
    this.#newcomers.delete(session);
    this.#members.delete(session);
    this.arrivals.remove(session);
  }

  /** Counts a message that all members but its sender get. */
  countMessage(sender: Session | undefined, payloadBytes: number): void {
    this.#messages++;
    this.#bytes += payloadBytes;
    const member = sender && this.#members.get(sender);
    if (member === undefined) return;
    member.messages++;
    member.bytes += payloadBytes;
  }

  /** Brings the counters of a session up to date. */
  settle(session: Session): void {
    const member = this.#members.get(session);
    if (member === undefined) return;
    session.messagesOut += this.#messages - member.messages;
    session.bytesOut += this.#bytes - member.bytes;
    member.messages = this.#messages;
    member.bytes = this.#bytes;
  }
}

/** Counts that a member is sent fragments of a message again. */
export function countRepair({ repairs }: GroupMember, messageId: number): void {
  repairs.set(messageId, (repairs.get(messageId) ?? 0) + 1);
  // The group retains no more messages than that: the one asked for first is no longer known.
  keepNewest(repairs, MAX_RETAINED_MESSAGES);
}
