import { Deque } from "../session/deque.ts";
import { MAX_REPAIRS } from "../session/fragment_repairs.ts";
import type { Instant } from "../session/instant.ts";
import { Outbox } from "../session/outbox.ts";
import { MAX_RELEASED_DATAGRAMS } from "../session/outbox_scheduler.ts";
import type { Session } from "../session/session.ts";
import type { FragmentNack } from "../wire/fragment_nack.ts";
import type { Delivery } from "./delivery.ts";
import type { GroupEpoch } from "./group_epoch.ts";
import { countRepair, type GroupMembers } from "./group_members.ts";
import type { RelayOptions } from "./relay_options.ts";

/** To whom what is said in the group goes. */
interface Audience {
  /** Who said it, and gets no copy by unicast; `undefined` when the relay did. */
  readonly sender: Session | undefined;
  /** The epoch in which it was said; who became a member later had it one by one. */
  readonly epoch: number;
  /** Its relay sequence; that of the next message for what has none. */
  readonly sequence: bigint;
}

/**
 * What is said to all members of the group at once (PROTOCOL 1.8): sealed once, and sent once by
 * multicast, or the same bytes to each member.
 *
 * Everything leaves in the order in which it was said, under the key of the epoch in which it was
 * said. Long messages leave at `FRAGMENT_RATE`, and by unicast no faster than 64 datagrams a
 * millisecond in all.
 */
export class GroupChannel {
  readonly #options: RelayOptions;
  readonly #isMulticast: boolean;
  readonly #delivery: Delivery;
  readonly #members: GroupMembers;
  #outbox: Outbox | undefined;
  #epoch = 0;
  #isUsed = false;
  /** The audiences of the messages that wait in the outbox, in their order. */
  #waiting = new Deque<Audience>();
  /** That of the message that is leaving it. */
  #leaving: Audience = { sender: undefined, epoch: 0, sequence: 0n };
  #dueMs: number | undefined;
  /** Until when what has left is enough, monotonic milliseconds. */
  #restsUntilMs = -Infinity;

  /**
   * @param options Those of the relay.
   * @param delivery Takes datagrams.
   * @param members Who reads the group.
   */
  constructor(options: RelayOptions, delivery: Delivery, members: GroupMembers) {
    this.#options = options;
    this.#isMulticast = options.groupDelivery.mode === "multicast";
    this.#delivery = delivery;
    this.#members = members;
  }

  /** How many times a datagram is sent: once by multicast, else once for each member. */
  get datagramsEach(): number {
    return this.#isMulticast ? Math.min(1, this.#members.size) : this.#members.size;
  }

  /** Whether anything was said since the epoch began. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /**
   * The relay sequence from which on messages have yet to leave, in whole or in part: no member can
   * miss one of them. `undefined` when none waits.
   */
  get waitsFrom(): bigint | undefined {
    return this.#outbox?.isEmpty === false ? this.#leaving.sequence : undefined;
  }

  /** Seals what is said from now on under the key of an epoch. */
  begin({ number, framing }: GroupEpoch, now: Instant): void {
    const { types, budgetBytes, randomBytes } = this.#options;
    const sealer = framing.sealer;
    this.#outbox ??= new Outbox({ types, budgetBytes, sealer, randomBytes }, now);
    this.#outbox.setFraming(framing);
    this.#epoch = number;
    this.#isUsed = false;
  }

  /**
   * Says something to all members.
   *
   * @param plaintext Encoded TLVs; kept until they have left.
   * @param sender Who gets no copy by unicast, if anyone.
   * @param sequence Its relay sequence; that of the next message for what has none.
   * @param now The moment.
   * @returns Whether there was room for it; never before the first epoch.
   */
  say(
    plaintext: Uint8Array,
    sender: Session | undefined,
    sequence: bigint,
    now: Instant,
  ): boolean {
    const outbox = this.#outbox;
    if (outbox === undefined) return false;
    const audience = { sender, epoch: this.#epoch, sequence };
    const wasEmpty = outbox.isEmpty;
    const result = outbox.push(plaintext, now);
    if (result === "full") return false;
    this.#isUsed = true;
    if (result === "queued") {
      if (wasEmpty) this.#leaving = audience;
      this.#waiting.push(audience);
      this.#dueMs ??= Math.max(now.monotonicMs, this.#restsUntilMs);
    } else this.#send(result, sender, this.#epoch);
    return true;
  }

  /** Sends what waits and may leave now. */
  release(now: Instant): void {
    if (this.#dueMs === undefined || now.monotonicMs < this.#dueMs) return;
    let sent = 0;
    while (sent < MAX_RELEASED_DATAGRAMS) {
      const datagram = this.#next(now);
      if (datagram === undefined) break;
      sent += this.#send(datagram, this.#leaving.sender, this.#leaving.epoch);
    }
    this.#restsUntilMs = now.monotonicMs + Math.max(1, sent / MAX_RELEASED_DATAGRAMS);
    this.#dueMs = this.#outbox?.isEmpty === false ? this.#restsUntilMs : undefined;
  }

  /** When `release` has something to do next, monotonic milliseconds. */
  nextDeadlineMs(): number | undefined {
    return this.#dueMs;
  }

  /**
   * Sends fragments of the group's messages again, to the one member that misses them and at the
   * pace of its own outbox.
   *
   * @param session Who asks; one that is no member is passed over.
   * @param nack What it misses.
   * @param now The moment.
   * @returns How many fragments are on their way.
   */
  repair(session: Session, nack: FragmentNack, now: Instant): number {
    const member = this.#members.find(session);
    if (member === undefined || session.outbox.roomForRepairs === 0) return 0;
    if ((member.repairs.get(nack.messageId) ?? 0) >= MAX_REPAIRS) return 0;
    const fragments = this.#outbox?.fragmentsAgain(nack, now) ?? [];
    if (fragments.length === 0) return 0;
    countRepair(member, nack.messageId);
    return this.#delivery.sendFragmentsAgain(session, fragments, now);
  }

  /** Forgets all that waits, for when nobody is left to read it. */
  clear(): void {
    this.#outbox = undefined;
    this.#waiting = new Deque();
    this.#dueMs = undefined;
  }

  #next(now: Instant): Uint8Array | undefined {
    const outbox = this.#outbox;
    if (outbox === undefined) return undefined;
    const { queuedMessages } = outbox;
    const datagram = outbox.release(now);
    // One less waits: so the next one has begun to leave.
    if (outbox.queuedMessages < queuedMessages) {
      this.#leaving = this.#waiting.shift() ?? this.#leaving;
    }
    return datagram;
  }

  /** Sends a datagram of the group. @returns How many times. */
  #send(datagram: Uint8Array, sender: Session | undefined, epoch: number): number {
    if (this.#isMulticast) {
      this.#delivery.sendToGroup(datagram);
      return 1;
    }
    let sent = 0;
    for (const { session, firstEpoch } of this.#members.members()) {
      if (session === sender || firstEpoch > epoch) continue;
      this.#delivery.sendShared(datagram, session);
      sent++;
    }
    return sent;
  }
}
