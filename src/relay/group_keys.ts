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

/** How long a key waits at most until what was said one by one before has left, milliseconds. */
export const MAX_NEWCOMER_WAIT_MS = 250;

/** What may wait for a newcomer before its key; who has more waiting gets a later key. */
export const MAX_MESSAGES_AHEAD_OF_KEY = 8;
export const MAX_DATAGRAMS_AHEAD_OF_KEY = 32;

/**
 * Keys of epochs gone by that a member is given late at most, when several came before its turn; the
 * oldest are left out. A client of ours keeps as many.
 */
export const MAX_LATE_KEYS = 7;

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
  /** Who has been given it. */
  readonly given: Set<Session>;
  /** Who of these was no member then, and when each was given it, monotonic milliseconds. */
  readonly newcomers: Map<Session, number>;
  /** What members were not given in time, and yet something was said under it; ascending. */
  readonly late: ReadonlyMap<Session, readonly GroupEpoch[]>;
  /** Monotonic time since which all have been given it. */
  allGivenMs: number | undefined;
}

/**
 * The epochs of the group, and who has which key (PROTOCOL 1.8).
 *
 * A new key is given to everyone before anything is sealed under it, so that as a rule nobody has to
 * wait or to ask. Then newcomers become members. Only when someone was put out a key is in use at
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
    const waiting = this.#membersWithoutKey();
    const late = this.#lateEpochs(waiting);
    // They come first: else whoever comes last got no key as long as one after the other is put out.
    const inTurn = new Set(waiting);
    for (const { session } of members.members()) inTurn.add(session);
    const sessions = [...inTurn];
    if (when === "at once") this.#use(epoch, now);
    // Last, so that they are served one by one for no longer than need be.
    else for (const session of members.newcomers) sessions.push(session);
    this.#giving = {
      epoch,
      sessions,
      next: 0,
      given: new Set(),
      newcomers: new Map(),
      late,
      allGivenMs: undefined,
    };
    this.#dueMs = now.monotonicMs;
    this.give(now);
  }

  /** Gives the next keys, if it is time. */
  give(now: Instant): void {
    const giving = this.#giving;
    if (giving === undefined || this.#dueMs === undefined || now.monotonicMs < this.#dueMs) return;
    for (let count = 0; count < MAX_KEYS_AT_ONCE && giving.next < giving.sessions.length;) {
      const session = giving.sessions[giving.next++];
      if (session !== undefined) count += this.#giveOne(session, giving, now);
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

  /** The members that have yet to be given the key that is now given up. */
  #membersWithoutKey(): Session[] {
    const { members } = this.#parts;
    return this.#giving?.sessions.slice(this.#giving.next)
      .filter((session) => members.find(session) !== undefined) ?? [];
  }

  /** What they need beside the next key, to read what was said before it. */
  #lateEpochs(waiting: readonly Session[]): Map<Session, readonly GroupEpoch[]> {
    const giving = this.#giving;
    const late = new Map<Session, readonly GroupEpoch[]>();
    if (giving === undefined) return late;
    const isUsed = giving.epoch === this.#current && this.#parts.channel.isUsed;
    for (const session of waiting) {
      const epochs = [...giving.late.get(session) ?? [], ...isUsed ? [giving.epoch] : []];
      if (epochs.length > 0) late.set(session, epochs.slice(-MAX_LATE_KEYS));
    }
    return late;
  }

  #epochOf(session: Session): GroupEpoch | undefined {
    if (this.#giving?.given.has(session)) return this.#giving.epoch;
    return this.#parts.members.find(session) && this.#current;
  }

  /** Gives one client its keys. @returns How many they are. */
  #giveOne(session: Session, giving: Giving, now: Instant): number {
    const { counters, members } = this.#parts;
    const isMember = members.find(session) !== undefined;
    const keys = isMember
      ? this.#giveMember(session, giving, now)
      : this.#giveNewcomer(session, giving, now);
    counters.groupKeys += keys;
    if (keys > 0) giving.given.add(session);
    return keys;
  }

  #giveMember(session: Session, { epoch, late }: Giving, now: Instant): number {
    const epochs = [...late.get(session) ?? [], epoch];
    // Ahead of what was sent again to it.
    for (const each of epochs) {
      this.#parts.delivery.sendUrgent(session, encodeTlvs(this.#tlvs(each, session)), now);
    }
    return epochs.length;
  }

  #giveNewcomer(session: Session, { epoch, newcomers }: Giving, now: Instant): number {
    const { delivery, members } = this.#parts;
    if (!members.newcomers.has(session) || !isReady(session)) return 0;
    // Behind what waits for it: that was said before what the key is for.
    if (!delivery.sendSealed(session, encodeTlvs(this.#tlvs(epoch, session)), now)) return 0;
    newcomers.set(session, now.monotonicMs);
    return 1;
  }

  /** Whether all that was said to newcomers one by one has left, their key behind it. */
  #areReading({ newcomers }: Giving, sinceMs: number, now: Instant): boolean {
    if (now.monotonicMs >= sinceMs + MAX_NEWCOMER_WAIT_MS) return true;
    // Else what is said in the group from now on would overtake what waits for one of them.
    for (const session of newcomers.keys()) {
      if (this.#parts.members.newcomers.has(session) && !session.outbox.isEmpty) return false;
    }
    return true;
  }

  #finish({ epoch, newcomers }: Giving, now: Instant): void {
    const { members, options } = this.#parts;
    if (epoch !== this.#current) this.#use(epoch, now);
    const isMulticast = options.groupDelivery.mode === "multicast";
    for (const [session, givenMs] of newcomers) {
      members.promote(session, epoch.number, isMulticast ? givenMs : undefined);
    }
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
