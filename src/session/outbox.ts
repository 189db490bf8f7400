import type { FragmentNack } from "../wire/fragment_nack.ts";
import { fragmentChunkBytes, fragmentDatagrams, MAX_FRAGMENTS } from "../wire/fragment.ts";
import { encodeTlvs } from "../wire/tlv.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { sealedDatagramBytes, tokenBytes } from "../wire/token_size.ts";
import { FRAGMENT_RATE } from "./fragment_rate.ts";
import { type Instant, unixSeconds } from "./instant.ts";
import { type LongMessage, RetainedMessages } from "./retained_messages.ts";
import { TokenBucket } from "./token_bucket.ts";

/** How often fragments of one message are sent again; a receiver asks no more often. */
export const MAX_REPAIRS = 5;

/** Messages that wait in one outbox; one more is refused. */
export const MAX_QUEUED_MESSAGES = 1_024;

/** Plaintext that waits in one outbox, bytes; a message that would pass it is refused. */
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024;

/** Fragments that wait to be sent again; what else a peer asks for meanwhile is passed over. */
export const MAX_QUEUED_REPAIRS = 1_024;

/** Seals plaintext for one peer. `Fernet` is one. */
export interface Sealer {
  /** @returns The token's ASCII bytes; the same arguments give the same token. */
  encrypt(plaintext: Uint8Array, options: { now: number; iv: Uint8Array }): Uint8Array;
}

/** What an `Outbox` is made of. */
export interface OutboxOptions {
  readonly types: TlvTypes;
  /** UDP payload that each datagram may have, bytes. */
  readonly budgetBytes: number;
  readonly sealer: Sealer;
  /** Gives `count` unpredictable bytes; good until the next call. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * What waits to be sent to one peer, sealed and cut into datagrams.
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
  readonly #chunkBytes: number;
  readonly #pace: TokenBucket;
  readonly #queue: Uint8Array[] = [];
  readonly #again: Uint8Array[] = [];
  #queuedBytes = 0;
  readonly #repairs: Uint8Array[] = [];
  /** The message that is leaving: when it is a long one, its fragments by sequence number. */
  #datagrams: Uint8Array[] = [];
  #nextDatagram = 0;
  #leavingPlaintext: Uint8Array | undefined;
  #leaving: LongMessage | undefined;
  readonly #retained: RetainedMessages;

  /**
   * @param options Its parts.
   * @param now The moment it begins.
   * @throws {RangeError} If the budget has no room for a fragment.
   */
  constructor(options: OutboxOptions, now: Instant) {
    this.#options = options;
    this.#chunkBytes = fragmentChunkBytes(options.budgetBytes);
    this.#pace = new TokenBucket(FRAGMENT_RATE, now.monotonicMs);
    this.#retained = new RetainedMessages(options.randomBytes);
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.queuedMessages === 0 && this.#repairs.length === 0 && this.#datagrams.length === 0;
  }

  /** Messages that wait, the one that is leaving not counted. */
  get queuedMessages(): number {
    return this.#queue.length + this.#again.length;
  }

  /** Plaintext that the next `release` seals, bytes; 0 when a datagram is ready or nothing waits. */
  get nextSealBytes(): number {
    if (this.#repairs.length > 0 || this.#datagrams.length > 0) return 0;
    return (this.#again[0] ?? this.#queue[0])?.byteLength ?? 0;
  }

  /** Length of the long message that is leaving, whose fragments are held, bytes of plaintext. */
  get leavingBytes(): number {
    return this.#leaving?.plaintext.byteLength ?? 0;
  }

  /** Datagrams that wait, those of messages not yet sealed included. */
  get queuedDatagrams(): number {
    let count = this.#repairs.length + this.#datagrams.length - this.#nextDatagram;
    for (const plaintext of this.#again) count += this.#datagramsOf(plaintext);
    for (const plaintext of this.#queue) count += this.#datagramsOf(plaintext);
    return count;
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
    this.#retained.forgetOld(now);
    if (this.leavesAtOnce(plaintext)) return this.#sealOne(plaintext, now);
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
    const isWaiting = plaintext === this.#leavingPlaintext || this.#again.includes(plaintext) ||
      this.#queue.includes(plaintext);
    return isWaiting ? "waiting" : this.#enqueue(this.#again, plaintext);
  }

  /** Whether `push` would give the datagram of this message at once. */
  leavesAtOnce(plaintext: Uint8Array): boolean {
    return this.isEmpty && this.#fitsOneDatagram(plaintext);
  }

  /**
   * Seals a short message past the queue, for the last words to a peer.
   *
   * @param plaintext TLVs that fit one datagram when sealed.
   * @param now The moment.
   * @returns The datagram.
   */
  sealUrgent(plaintext: Uint8Array, now: Instant): Uint8Array {
    return this.#sealOne(plaintext, now);
  }

  /**
   * Gives the next datagram that may leave.
   *
   * @param now The moment.
   * @returns A datagram, or `undefined` when nothing waits or the pace allows none yet.
   */
  release(now: Instant): Uint8Array | undefined {
    this.#retained.forgetOld(now);
    if (!this.#refill(now) || !this.#pace.take(now.monotonicMs)) return undefined;
    return this.#repairs.shift() ?? this.#next(now);
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
  repair({ messageId, missing }: FragmentNack, now: Instant): number {
    this.#retained.forgetOld(now);
    const message = this.#retained.find(messageId);
    if (message === undefined || message.repairs >= MAX_REPAIRS) return 0;
    const leftBefore = message === this.#leaving ? this.#nextDatagram : MAX_FRAGMENTS;
    const numbers = [...new Set(missing)].filter((number) => number < leftBefore);
    const room = MAX_QUEUED_REPAIRS - this.#repairs.length;
    if (numbers.length === 0 || room === 0) return 0;
    message.repairs++;
    const fragments = this.#fragments(message);
    const wanted = numbers.flatMap((number) => fragments[number] ?? []).slice(0, room);
    this.#repairs.push(...wanted);
    return wanted.length;
  }

  #enqueue(queue: Uint8Array[], plaintext: Uint8Array): "queued" | "full" {
    const { queuedMessages } = this;
    if (queuedMessages >= MAX_QUEUED_MESSAGES) return "full";
    if (this.#datagramsOf(plaintext) > MAX_FRAGMENTS) return "full";
    const queuedBytes = this.#queuedBytes + plaintext.byteLength;
    if (queuedBytes > MAX_QUEUED_BYTES && queuedMessages > 0) return "full";
    queue.push(plaintext);
    this.#queuedBytes = queuedBytes;
    return "queued";
  }

  #fitsOneDatagram(plaintext: Uint8Array): boolean {
    return sealedDatagramBytes(plaintext.byteLength) <= this.#options.budgetBytes;
  }

  #datagramsOf(plaintext: Uint8Array): number {
    if (this.#fitsOneDatagram(plaintext)) return 1;
    return Math.ceil(tokenBytes(plaintext.byteLength) / this.#chunkBytes);
  }

  #sealOne(plaintext: Uint8Array, now: Instant): Uint8Array {
    const { types, sealer, randomBytes } = this.#options;
    const value = sealer.encrypt(plaintext, { now: unixSeconds(now), iv: randomBytes(16) });
    return encodeTlvs([{ type: types.SYMMETRICALLY_ENCRYPTED_MESSAGE, value }]);
  }

  #refill(now: Instant): boolean {
    if (this.#repairs.length > 0 || this.#datagrams.length > 0) return true;
    const plaintext = this.#again.shift() ?? this.#queue.shift();
    if (plaintext === undefined) return false;
    this.#queuedBytes -= plaintext.byteLength;
    this.#leavingPlaintext = plaintext;
    if (this.#fitsOneDatagram(plaintext)) {
      this.#datagrams = [this.#sealOne(plaintext, now)];
    } else {
      this.#leaving = this.#retained.begin(plaintext, now);
      this.#datagrams = this.#fragments(this.#leaving);
    }
    return true;
  }

  #next(now: Instant): Uint8Array | undefined {
    const datagram = this.#datagrams[this.#nextDatagram++];
    if (this.#nextDatagram === this.#datagrams.length) this.#finish(now);
    return datagram;
  }

  #finish(now: Instant): void {
    if (this.#leaving !== undefined) this.#retained.finish(this.#leaving, now);
    this.#leaving = undefined;
    this.#leavingPlaintext = undefined;
    this.#datagrams = [];
    this.#nextDatagram = 0;
  }

  #fragments(message: LongMessage): Uint8Array[] {
    const { types, sealer, budgetBytes } = this.#options;
    const token = sealer.encrypt(message.plaintext, {
      now: message.sealedAtSeconds,
      iv: message.iv,
    });
    return fragmentDatagrams(types.FRAGMENT, message.messageId, token, budgetBytes);
  }
}
