import type { FragmentNack } from "../wire/fragment_nack.ts";
import { fragmentChunkBytes, MAX_FRAGMENTS } from "../wire/fragment.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { FRAGMENT_RATE } from "./fragment_rate.ts";
import { MAX_QUEUED_REPAIRS } from "./fragment_repairs.ts";
import {
  fragmentCount,
  type Framing,
  type Sealer,
  sealFragments,
  sealWhole,
  sessionFraming,
  wholeDatagramBytes,
} from "./framing.ts";
import { type Instant, unixSeconds } from "./instant.ts";
import { LongMessages } from "./long_messages.ts";
import type { LongMessage } from "./retained_messages.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Messages that wait in one outbox; one more is refused. */
export const MAX_QUEUED_MESSAGES = 1_024;

/** Plaintext that waits in one outbox, bytes; a message that would pass it is refused. */
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

/** What an `Outbox` is made of. */
export interface OutboxOptions {
  readonly types: TlvTypes;
  /** UDP payload that each datagram may have, bytes. */
  readonly budgetBytes: number;
  /** Seals under the key of the peer. */
  readonly sealer: Sealer;
  /** Gives `count` unpredictable bytes; good until the next call. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** A message that waits. */
interface QueuedMessage {
  readonly plaintext: Uint8Array;
  readonly framing: Framing;
}

/**
 * What waits to be sent to one peer, or to a group, sealed and cut into datagrams.
 *
 * A message that fits one datagram leaves at once, unless others wait before it: nothing overtakes.
 * A longer one is sealed when its turn comes and leaves fragment by fragment at `FRAGMENT_RATE`.
 * What is kept for repairs is the plaintext, IV and time of sealing, from which the same token is
 * made again: the plaintext is shared by all recipients of a message, a token is not.
 *
 * Datagrams leave in this order: fragments that were asked for again, the rest of the message that
 * is leaving, messages that are sent again, messages.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #pace: TokenBucket;
  #framing: Framing;
  readonly #queue: QueuedMessage[] = [];
  readonly #again: QueuedMessage[] = [];
  #queuedBytes = 0;
  /** What is known of long messages; made with the first, since most peers never get one. */
  #long: LongMessages | undefined;
  /** The message that is leaving: when it is a long one, its fragments by sequence number. */
  #datagrams: Uint8Array[] = [];
  #nextDatagram = 0;
  #leavingPlaintext: Uint8Array | undefined;
  #leaving: LongMessage | undefined;

  /**
   * @param options Its parts.
   * @param now The moment it begins.
   * @throws {RangeError} If the budget has no room for a fragment.
   */
  constructor(options: OutboxOptions, now: Instant) {
    // Throws where there is no room: better now than when a message is long.
    fragmentChunkBytes(options.budgetBytes);
    this.#options = options;
    this.#framing = sessionFraming(options.types, options.sealer);
    this.#pace = new TokenBucket(FRAGMENT_RATE, now.monotonicMs);
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.queuedMessages === 0 && this.#queuedRepairs === 0 && this.#datagrams.length === 0;
  }

  /** Messages that wait, the one that is leaving not counted. */
  get queuedMessages(): number {
    return this.#queue.length + this.#again.length;
  }

  /** Plaintext that the next `release` seals, bytes; 0 when a datagram is ready or nothing waits. */
  get nextSealBytes(): number {
    if (this.nextIsRepair) return this.#long?.repairs.nextSealBytes ?? 0;
    if (this.#datagrams.length > 0) return 0;
    return (this.#again[0] ?? this.#queue[0])?.plaintext.byteLength ?? 0;
  }

  /** Whether what the next `release` gives was asked for again. */
  get nextIsRepair(): boolean {
    return this.#queuedRepairs > 0;
  }

  /** Length of the long message that is leaving, whose fragments are held, bytes of plaintext. */
  get leavingBytes(): number {
    return this.#leaving?.plaintext.byteLength ?? 0;
  }

  /** Datagrams that wait, those of messages not yet sealed included. */
  get queuedDatagrams(): number {
    let count = this.#queuedRepairs + this.#datagrams.length - this.#nextDatagram;
    for (const message of this.#again) count += this.#datagramsOf(message);
    for (const message of this.#queue) count += this.#datagramsOf(message);
    return count;
  }

  /**
   * Changes what the tokens of messages are sealed with and carried in. Those that were pushed before
   * keep what they had, also when they are repaired later.
   *
   * @param framing What holds from now on.
   * @throws {RangeError} If its prefix leaves no room for a fragment.
   */
  setFraming(framing: Framing): void {
    fragmentChunkBytes(this.#options.budgetBytes - framing.prefix.byteLength);
    this.#framing = framing;
  }

  /**
   * Takes a message.
   *
   * @param plaintext The TLVs of the token to be; kept, not copied, until it has left. A long one
   *   leaves under the message id of the last time when it is the very same array again, and what is
   *   known of that time is not too old; see `RetainedMessages`.
   * @param now The moment.
   * @returns The datagram when it leaves at once, `"queued"` when `release` will give it, and
   *   `"full"` when the bounds are reached, or the message needs more fragments than there can be,
   *   and it was not taken.
   */
  push(plaintext: Uint8Array, now: Instant): Uint8Array | "queued" | "full" {
    this.#long?.retained.forgetOld(now);
    if (this.leavesAtOnce(plaintext)) return this.#sealOne(this.#framing, plaintext, now);
    return this.#enqueue(this.#queue, plaintext);
  }

  /**
   * Takes a message that is not to leave before `release` gives it, however short it is: for what is
   * said to so many peers at once that it should leave at a pace.
   *
   * @param plaintext See `push`.
   * @returns `"queued"`, or `"full"` as `push` does.
   */
  pushLater(plaintext: Uint8Array): "queued" | "full" {
    return this.#enqueue(this.#queue, plaintext);
  }

  /**
   * Takes a message that left before and that the peer asks for again. It goes ahead of the others,
   * which are newer, and also when it is short it keeps to the pace: a peer can ask for a lot.
   *
   * @param plaintext See `push`.
   * @returns `"queued"` when `release` will give it, `"waiting"` when it waits or is leaving
   *   already, and `"full"` as `push` does.
   */
  pushAgain(plaintext: Uint8Array): "queued" | "waiting" | "full" {
    const isWaiting = plaintext === this.#leavingPlaintext ||
      this.#again.some((message) => message.plaintext === plaintext) ||
      this.#queue.some((message) => message.plaintext === plaintext);
    return isWaiting ? "waiting" : this.#enqueue(this.#again, plaintext);
  }

  /** Whether `push` would give the datagram of this message at once. */
  leavesAtOnce(plaintext: Uint8Array): boolean {
    return this.isEmpty && this.#fitsOneDatagram(this.#framing, plaintext);
  }

  /**
   * Seals a short message past the queue, for the last words to a peer.
   *
   * @param plaintext TLVs that fit one datagram when sealed.
   * @param now The moment.
   * @returns The datagram.
   */
  sealUrgent(plaintext: Uint8Array, now: Instant): Uint8Array {
    return this.#sealOne(this.#framing, plaintext, now);
  }

  /** Gives the next datagram that may leave; none when nothing waits or the pace allows none yet. */
  release(now: Instant): Uint8Array | undefined {
    this.#long?.retained.forgetOld(now);
    if (!this.#refill(now) || !this.#pace.take(now.monotonicMs)) return undefined;
    return this.#long?.repairs.shift() ?? this.#next(now);
  }

  /**
   * Queues fragments again, ahead of what else waits.
   *
   * @param nack What the peer misses; numbers that the message does not have, or that are still to
   *   leave for the first time, are passed over.
   * @param now The moment.
   * @returns How many fragments were queued; 0 also when the message is no longer known or was
   *   repaired too often, or too many repairs wait already.
   */
  repair(nack: FragmentNack, now: Instant): number {
    return this.#long?.repairs.repair(nack, now) ?? 0;
  }

  /** Datagrams that `pushRepairs` takes. */
  get roomForRepairs(): number {
    return MAX_QUEUED_REPAIRS - this.#queuedRepairs;
  }

  /**
   * Queues datagrams of another outbox, ahead of what else waits.
   *
   * @param datagrams Kept, and not to be changed; those past `roomForRepairs` are passed over.
   * @returns How many were queued.
   */
  pushRepairs(datagrams: readonly Uint8Array[]): number {
    return this.#longMessages().repairs.push(datagrams);
  }

  /**
   * Makes fragments again for one of several peers that read this outbox, and queues none: they are
   * for that peer alone. What was made last is kept, because what one peer misses others miss.
   *
   * @param nack As for `repair`.
   * @param now The moment.
   * @returns The fragments; none when the message is no longer known.
   */
  fragmentsAgain(nack: FragmentNack, now: Instant): Uint8Array[] {
    return this.#long?.repairs.make(nack, now) ?? [];
  }

  get #queuedRepairs(): number {
    return this.#long?.repairs.size ?? 0;
  }

  #longMessages(): LongMessages {
    return this.#long ??= new LongMessages(this.#options);
  }

  #enqueue(queue: QueuedMessage[], plaintext: Uint8Array): "queued" | "full" {
    const { queuedMessages } = this;
    if (queuedMessages >= MAX_QUEUED_MESSAGES) return "full";
    const message = { plaintext, framing: this.#framing };
    if (this.#datagramsOf(message) > MAX_FRAGMENTS) return "full";
    const queuedBytes = this.#queuedBytes + plaintext.byteLength;
    if (queuedBytes > MAX_QUEUED_BYTES && queuedMessages > 0) return "full";
    queue.push(message);
    this.#queuedBytes = queuedBytes;
    return "queued";
  }

  #fitsOneDatagram(framing: Framing, { byteLength }: Uint8Array): boolean {
    return wholeDatagramBytes(framing, byteLength) <= this.#options.budgetBytes;
  }

  #datagramsOf({ framing, plaintext }: QueuedMessage): number {
    if (this.#fitsOneDatagram(framing, plaintext)) return 1;
    return fragmentCount(framing, plaintext.byteLength, this.#options.budgetBytes);
  }

  #sealOne(framing: Framing, plaintext: Uint8Array, now: Instant): Uint8Array {
    const iv = this.#options.randomBytes(16);
    return sealWhole(framing, plaintext, { now: unixSeconds(now), iv });
  }

  #refill(now: Instant): boolean {
    if (this.#queuedRepairs > 0 || this.#datagrams.length > 0) return true;
    const message = this.#again.shift() ?? this.#queue.shift();
    if (message === undefined) return false;
    const { plaintext, framing } = message;
    this.#queuedBytes -= plaintext.byteLength;
    this.#leavingPlaintext = plaintext;
    if (this.#fitsOneDatagram(framing, plaintext)) {
      this.#datagrams = [this.#sealOne(framing, plaintext, now)];
    } else {
      this.#leaving = this.#longMessages().retained.begin(plaintext, framing, now);
      this.#datagrams = sealFragments(this.#leaving, this.#options.budgetBytes);
    }
    return true;
  }

  #next(now: Instant): Uint8Array | undefined {
    const datagram = this.#datagrams[this.#nextDatagram++];
    if (this.#leaving !== undefined) this.#leaving.leftFragments = this.#nextDatagram;
    if (this.#nextDatagram === this.#datagrams.length) this.#finish(now);
    return datagram;
  }

  #finish(now: Instant): void {
    if (this.#leaving !== undefined) this.#longMessages().retained.finish(this.#leaving, now);
    this.#leaving = undefined;
    this.#leavingPlaintext = undefined;
    this.#datagrams = [];
    this.#nextDatagram = 0;
  }
}
