import type { RelayCounters } from "../observe/counters.ts";
import type { Instant } from "../session/instant.ts";
import type { Session } from "../session/session.ts";
import { encodeGroupKey } from "../wire/group_key.ts";
import { encodeTlvs, type Tlv } from "../wire/tlv.ts";
import type { Delivery } from "./delivery.ts";
import type { GroupChannel } from "./group_channel.ts";
import { type GroupEpoch, makeGroupEpoch } from "./group_epoch.ts";
import type { GroupMembers } from "./group_members.ts";
import type { RelayOptions } from "./relay_options.ts";

/** Keys that are given out in one step; the next ones leave a millisecond later. */
export const MAX_KEYS_AT_ONCE = 64;

/**
 * How long newcomers have by multicast to join the group once they have the key, milliseconds: until
 * then they are served one by one, and nobody tells the relay when they are there.
 */
export const JOIN_WAIT_MS = 100;

/** How long a key waits at most until what was said one by one before has left, milliseconds. */
export const MAX_NEWCOMER_WAIT_MS = 250;

/** What may wait for a newcomer before its key; who has more waiting gets a later key. */
export const MAX_MESSAGES_AHEAD_OF_KEY = 8;
export const MAX_DATAGRAMS_AHEAD_OF_KEY = 32;

const GIVE_INTERVAL_MS = 1;

/** What `GroupKeys` is made of. */
export interface GroupKeysParts {
  readonly options: RelayOptions;
  readonly counters: RelayCounters;
  /** Takes the keys to their clients. */
  readonly delivery: Delivery;
  /** Who gets them. */
  readonly members: GroupMembers;
  /** What is sealed under them. */
  readonly channel: GroupChannel;
}

/** The key of an epoch on its way to all who are to have it. */
interface Giving {
  readonly epoch: GroupEpoch;
  /** Who is to have it, and how far it has come. */
  readonly sessions: readonly Session[];
  next: number;
  /** Who has been given it, and who of these is no member yet. */
  readonly given: Set<Session>;
  readonly newcomers: Session[];
  /** Monotonic time since which all have been given it. */
  allGivenMs: number | undefined;
}

/**
 * The epochs of the group, and who has which key (PROTOCOL 1.8).
 *
 * A new key is given to everyone before anything is sealed under it, so that as a rule nobody has to
 * wait or to ask. With it newcomers become members. Only when someone was put out a key is in use at
 * once: members who have yet to get it hold what they can't read until it comes, and newcomers are
 * left to the next one.
 */
export class GroupKeys {
  readonly #parts: GroupKeysParts;
  readonly #encoder = new TextEncoder();
  #lastNumber = 0;
  #current: GroupEpoch | undefined;
  #giving: Giving | undefined;
  #dueMs: number | undefined;

  /** @param parts What it is made of. */
  constructor(parts: GroupKeysParts) {
    this.#parts = parts;
  }

  /** The number of the epoch whose key is in use; 0 when none is. */
  get epoch(): number {
    return this.#current?.number ?? 0;
  }

  /** Whether a key is being given out. */
  get isGiving(): boolean {
    return this.#giving !== undefined;
  }

  /** Whether a session has been given a key that may be in use, now or later. */
  hasKey(session: Session): boolean {
    return this.#parts.members.find(session) !== undefined ||
      this.#giving?.given.has(session) === true;
  }

  /** Whether a newcomer could be given a key now. */
  isAnyReady(): boolean {
    for (const session of this.#parts.members.newcomers) {
      if (isReady(session)) return true;
    }
    return false;
  }

  /**
   * Begins an epoch: makes its key and begins to give it out, in place of one that is being given.
   *
   * @param when Whether it is in use at once, or when everyone has it.
   * @param now The moment.
   */
  begin(when: "at once" | "when all have it", now: Instant): void {
    const { options: { randomBytes, types }, members } = this.#parts;
    const epoch = makeGroupEpoch(++this.#lastNumber, randomBytes(32).slice(), types);
    const sessions = Array.from(members.members(), ({ session }) => session);
    if (when === "at once") this.#use(epoch, now);
    // Last, so that they are served one by one for no longer than need be.
    else sessions.push(...members.newcomers);
    const given = new Set<Session>();
    this.#giving = { epoch, sessions, next: 0, given, newcomers: [], allGivenMs: undefined };
    this.#dueMs = now.monotonicMs;
    this.give(now);
  }

  /** Gives the next keys, if it is time. */
  give(now: Instant): void {
    const giving = this.#giving;
    if (giving === undefined || this.#dueMs === undefined || now.monotonicMs < this.#dueMs) return;
    for (let count = 0; count < MAX_KEYS_AT_ONCE && giving.next < giving.sessions.length;) {
      const session = giving.sessions[giving.next++];
      if (session !== undefined && this.#giveOne(session, giving, now)) count++;
    }
    this.#dueMs = now.monotonicMs + GIVE_INTERVAL_MS;
    if (giving.next < giving.sessions.length) return;
    giving.allGivenMs ??= now.monotonicMs;
    if (!this.#areReading(giving, giving.allGivenMs, now)) return;
    this.#finish(giving, now);
  }

  /** When `give` wants to run next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }

  /**
   * What tells a session the newest key that it has been given: GROUP_KEY, and SENDER_ID with the id
   * that others see.
   *
   * @returns The TLVs of a token; none when it has been given no key.
   */
  tlvsFor(session: Session): readonly Tlv[] {
    const epoch = this.#epochOf(session);
    return epoch === undefined ? [] : this.#tlvs(epoch, session);
  }

  /** Tells a session its key once more, for when its id has changed; nothing when it has none. */
  tellAgain(session: Session, now: Instant): void {
    const tlvs = this.tlvsFor(session);
    if (tlvs.length > 0) this.#parts.delivery.sendUrgent(session, encodeTlvs(tlvs), now);
  }

  /** Forgets all keys, for when nobody is left to read the group. */
  clear(): void {
    this.#current = undefined;
    this.#giving = undefined;
    this.#dueMs = undefined;
  }

  #epochOf(session: Session): GroupEpoch | undefined {
    if (this.#giving?.given.has(session)) return this.#giving.epoch;
    return this.#parts.members.find(session) && this.#current;
  }

  #giveOne(session: Session, { epoch, given, newcomers }: Giving, now: Instant): boolean {
    const { counters, delivery, members } = this.#parts;
    const isMember = members.find(session) !== undefined;
    if (!isMember && !(members.newcomers.has(session) && isReady(session))) return false;
    const token = encodeTlvs(this.#tlvs(epoch, session));
    // Ahead of what was sent again to a member; but for a newcomer behind what waits for it: that
    // was said before what the key is for.
    if (isMember) delivery.sendUrgent(session, token, now);
    else if (!delivery.sendSealed(session, token, now)) return false;
    counters.groupKeys++;
    given.add(session);
    if (!isMember) newcomers.push(session);
    return true;
  }

  /** Whether newcomers have had the time that it takes until they have the key and can use it. */
  #areReading({ newcomers }: Giving, sinceMs: number, now: Instant): boolean {
    if (newcomers.length === 0 || now.monotonicMs >= sinceMs + MAX_NEWCOMER_WAIT_MS) return true;
    const isMulticast = this.#parts.options.groupDelivery.mode === "multicast";
    const joinedMs = isMulticast ? sinceMs + JOIN_WAIT_MS : sinceMs;
    if (now.monotonicMs < joinedMs) {
      this.#dueMs = joinedMs;
      return false;
    }
    // Else what is said in the group from now on would overtake what waits for one of them.
    return newcomers.every(({ outbox }) => outbox.isEmpty);
  }

  #finish({ epoch, newcomers }: Giving, now: Instant): void {
    if (epoch !== this.#current) this.#use(epoch, now);
    for (const session of newcomers) this.#parts.members.promote(session, epoch.number);
    this.#giving = undefined;
    this.#dueMs = undefined;
  }

  #use(epoch: GroupEpoch, now: Instant): void {
    this.#current = epoch;
    this.#parts.channel.begin(epoch, now);
  }

  #tlvs({ number, key }: GroupEpoch, { id }: Session): Tlv[] {
    const { types, groupDelivery } = this.#parts.options;
    const address = groupDelivery.mode === "multicast" ? groupDelivery.address : undefined;
    return [
      { type: types.GROUP_KEY, value: encodeGroupKey({ epoch: number, key, address }) },
      { type: types.SENDER_ID, value: this.#encoder.encode(id) },
    ];
  }
}

/** Whether a key would reach a newcomer soon. */
function isReady({ outbox }: Session): boolean {
  // Messages first: to count datagrams is to look at each of them.
  return outbox.queuedMessages <= MAX_MESSAGES_AHEAD_OF_KEY &&
    outbox.queuedDatagrams <= MAX_DATAGRAMS_AHEAD_OF_KEY;
}
