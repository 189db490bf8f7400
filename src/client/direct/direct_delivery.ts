import type { Instant } from "../../session/instant.ts";
import { Backoff } from "../../session/backoff.ts";
import type { DirectPart } from "./direct_transfer.ts";

/** Message ids under which a message is known: what it was sealed into longer ago is forgotten. */
const MAX_KNOWN_IDS = 8;

/** A fragment that left less than so long ago is not sent again, milliseconds. */
export const REPAIR_PAUSE_MS = 100;

/**
 * NACKs of one message id that count as answers: a server sends no more (PROTOCOL 2.3). One that asks
 * for the same again and again must not keep a message under way for ever.
 */
const MAX_COUNTED_NACKS = 5;

/** The same of one message under all its ids: what is sealed anew would else be asked for anew. */
const MAX_COUNTED_NACKS_IN_ALL = 10;

const BACKOFF = { firstMs: 1_000, capMs: 2_000 } as const;

/** From this time-out in a row on a message is sealed anew; the ones before only send again. */
const RESEALING_TIMEOUT = 3;

/** What a part was encrypted into. */
export interface SealedPart {
  /** Message id of its fragments, u32; `undefined` for a whole datagram without a header. */
  readonly messageId: number | undefined;
  /** At least one, each as it is sent. */
  readonly datagrams: readonly Uint8Array[];
}

/** Encrypts a part, or gives what it was encrypted into before. */
export type SealPart = (now: Instant) => SealedPart;

interface Leaving {
  readonly seal: SealPart;
  readonly sealed: SealedPart;
  /** Indexes of the datagrams that wait to be sent, in that order. */
  toSend: Set<number>;
  nacks: number;
  /** When each datagram was sent last, monotonic milliseconds. */
  readonly sentMs: number[];
}

/**
 * One wire message on its way, from encryption to the server's ACK.
 *
 *     preparing --begin()--> leaving --last datagram released--> waiting for an answer
 *                               ^                                   |
 *                               '------- NACK, no answer in time ---'
 *
 * Without an answer in time its last datagram is sent again, which makes the server say what it has;
 * then all; and then, since the server may have been started anew, what it is sealed into anew.
 */
export class DirectDelivery {
  /** What is delivered. */
  readonly part: DirectPart;
  /** RSA blocks that the server has to decrypt for it alone. */
  readonly rsaBlocks: number;
  readonly #random: () => number;
  readonly #knownIds: (number | undefined)[] = [];
  #leaving: Leaving | undefined;
  #hasLeft = false;
  #firstSentMs: number | undefined;
  #lastSentMs = -Infinity;
  #heardMs = -Infinity;
  #timeouts = 0;
  #countedNacks = 0;
  #backoff: Backoff;
  #delayMs: number;

  /**
   * @param part What is delivered.
   * @param rsaBlocks RSA blocks that the server has to decrypt for it alone.
   * @param random Gives numbers from 0 up to 1, for jitter.
   */
  constructor(part: DirectPart, rsaBlocks: number, random: () => number) {
    this.part = part;
    this.rsaBlocks = rsaBlocks;
    this.#random = random;
    this.#backoff = new Backoff(BACKOFF, random);
    this.#delayMs = this.#backoff.next();
  }

  /** Whether datagrams wait to be sent. */
  get isLeaving(): boolean {
    return (this.#leaving?.toSend.size ?? 0) > 0;
  }

  /** Whether every datagram was sent at least once: only then can the server have all. */
  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  /** When its first datagram was sent, monotonic milliseconds; `undefined` as long as none was. */
  get firstSentMs(): number | undefined {
    return this.#firstSentMs;
  }

  /** When its latest datagram was sent, monotonic milliseconds. */
  get lastSentMs(): number {
    return this.#lastSentMs;
  }

  /** How much of its payload has left, bytes; what is sent again does not count. */
  get leftBytes(): number {
    const { byteLength } = this.part.payload;
    if (this.#hasLeft) return byteLength;
    if (this.#leaving === undefined) return 0;
    const { datagrams } = this.#leaving.sealed;
    const left = datagrams.length - this.#leaving.toSend.size;
    return Math.floor(byteLength * left / datagrams.length);
  }

  /**
   * Lets it leave, from the beginning if it was leaving already.
   *
   * @param seal Encrypts it: now, and again when it has to be sealed anew.
   * @param now The moment.
   */
  begin(seal: SealPart, now: Instant): void {
    const sealed = seal(now);
    this.#leaving = { seal, sealed, toSend: everyIndexOf(sealed), sentMs: [], nacks: 0 };
    if (!this.isKnownAs(sealed.messageId)) this.#knownIds.push(sealed.messageId);
    if (this.#knownIds.length > MAX_KNOWN_IDS) this.#knownIds.shift();
  }

  /** Whether a message id is, or lately was, that of this message. */
  isKnownAs(messageId: number | undefined): boolean {
    return this.#knownIds.includes(messageId);
  }

  /**
   * Takes the next datagram to send.
   *
   * @param nowMs Monotonic time.
   * @returns `undefined` when none waits.
   */
  release(nowMs: number): Uint8Array | undefined {
    if (this.#leaving === undefined) return undefined;
    const { sealed, toSend, sentMs } = this.#leaving;
    for (const index of toSend) {
      toSend.delete(index);
      sentMs[index] = nowMs;
      this.#firstSentMs ??= nowMs;
      this.#lastSentMs = nowMs;
      if (toSend.size === 0) this.#hasLeft = true;
      return sealed.datagrams[index];
    }
    return undefined;
  }

  /** Takes note of an answer, so that the wait for the next one begins anew. */
  hear(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#timeouts = 0;
    this.#backoff = new Backoff(BACKOFF, this.#random);
    this.#delayMs = this.#backoff.next();
  }

  /**
   * Queues datagrams again that the server has not got.
   *
   * @param messageId The message that it names; one sealed anew since then is on its way anyhow.
   * @param missing Fragment numbers, from 1.
   * @param nowMs Monotonic time.
   * @returns Whether that counts as an answer.
   */
  repair(messageId: number, missing: readonly number[], nowMs: number): boolean {
    if (this.#leaving?.sealed.messageId !== messageId) return false;
    const { sealed, toSend, sentMs } = this.#leaving;
    for (const number of missing) {
      const index = number - 1;
      const isTooSoon = nowMs < (sentMs[index] ?? -Infinity) + REPAIR_PAUSE_MS;
      if (index < sealed.datagrams.length && !isTooSoon) toSend.add(index);
    }
    const isCounted = ++this.#leaving.nacks <= MAX_COUNTED_NACKS &&
      this.#countedNacks < MAX_COUNTED_NACKS_IN_ALL;
    if (isCounted) this.#countedNacks++;
    return isCounted;
  }

  /** When an answer is overdue, monotonic milliseconds; `Infinity` while it leaves. */
  get timeoutMs(): number {
    if (this.#leaving === undefined || this.isLeaving) return Infinity;
    return Math.max(this.#lastSentMs, this.#heardMs) + this.#delayMs;
  }

  /**
   * Queues datagrams again since no answer came.
   *
   * @param now The moment.
   * @returns How many time-outs there were in a row.
   */
  timeOut(now: Instant): number {
    if (this.#leaving === undefined) return 0;
    this.#timeouts++;
    this.#delayMs = this.#backoff.next();
    const { seal, sealed, toSend } = this.#leaving;
    if (this.#timeouts >= RESEALING_TIMEOUT) this.begin(seal, now);
    else if (this.#timeouts === 1) toSend.add(sealed.datagrams.length - 1);
    else this.#leaving.toSend = everyIndexOf(sealed);
    return this.#timeouts;
  }
}

function everyIndexOf({ datagrams }: SealedPart): Set<number> {
  return new Set(datagrams.keys());
}
