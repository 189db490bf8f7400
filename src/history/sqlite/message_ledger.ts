import type { HistoryLimits } from "../history.ts";

/** Messages whose times and lengths stand in one array. */
const PAGE_MESSAGES = 1024;

interface LedgerPage {
  /** When they came, Unix milliseconds. */
  readonly times: Float64Array;
  /** Their lengths, bytes of plaintext. */
  readonly lengths: Float64Array;
  /** The latest of the times. */
  latest: number;
}

/** What the ledger notes of a message. */
export interface LedgerEntry {
  /** When it came, Unix milliseconds. */
  readonly unixMs: number;
  /** Its length, bytes of plaintext. */
  readonly bytes: number;
}

/**
 * When each message came that a file holds, and how long it is: 16 bytes a message, so that no bound
 * and no question after a time has to be answered from the disk.
 *
 * Numbers follow each other without gaps, and below 2^53.
 */
export class MessageLedger {
  readonly #pages = new Map<number, LedgerPage>();
  #oldest: number;
  #newest: number;
  #bytes = 0;

  /** @param newest The number before the first one that is added. */
  constructor(newest: bigint) {
    this.#newest = Number(newest);
    this.#oldest = this.#newest + 1;
  }

  /** The number of the newest message ever added. */
  get newest(): bigint {
    return BigInt(this.#newest);
  }

  /** The number of the oldest message held; one above the newest when none is. */
  get oldest(): bigint {
    return BigInt(this.#oldest);
  }

  /** How many messages are held. */
  get size(): number {
    return this.#newest + 1 - this.#oldest;
  }

  /** What the messages held amount to, bytes of plaintext. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Notes the message with the number after `newest`. */
  add({ unixMs, bytes }: LedgerEntry): void {
    this.#newest++;
    const page = this.#pageOf(this.#newest);
    page.times[this.#newest % PAGE_MESSAGES] = unixMs;
    page.lengths[this.#newest % PAGE_MESSAGES] = bytes;
    page.latest = Math.max(page.latest, unixMs);
    this.#bytes += bytes;
  }

  /**
   * The number of the oldest message that the bounds on count and length would leave.
   *
   * @param limits The bounds.
   * @param added What would be added before.
   */
  oldestWithin({ maxMessages, maxBytes }: HistoryLimits, added: readonly LedgerEntry[]): bigint {
    let oldest = this.#oldest;
    let messages = this.size + added.length;
    let bytes = added.reduce((sum, entry) => sum + entry.bytes, this.#bytes);
    for (; messages > 0 && (messages > maxMessages || bytes > maxBytes); messages--) {
      bytes -= added[oldest - this.#newest - 1]?.bytes ?? this.#lengthOf(oldest);
      oldest++;
    }
    return BigInt(oldest);
  }

  /** The number of the oldest message behind all those at the head that came before `unixMs`. */
  firstNotBefore(unixMs: number): bigint {
    let oldest = this.#oldest;
    while (oldest <= this.#newest && this.#timeOf(oldest) < unixMs) oldest++;
    return BigInt(oldest);
  }

  /** The number of the oldest message held that came at `unixMs` or later; one above the newest if none did. */
  firstSince(unixMs: number): bigint {
    // Not by halves: clocks are set. But page by page.
    for (let at = this.#oldest; at <= this.#newest;) {
      const nextPage = (Math.floor(at / PAGE_MESSAGES) + 1) * PAGE_MESSAGES;
      if (this.#pageOf(at).latest < unixMs) at = nextPage;
      for (; at < nextPage && at <= this.#newest; at++) {
        if (this.#timeOf(at) >= unixMs) return BigInt(at);
      }
    }
    return this.newest + 1n;
  }

  /** Forgets all below a number. */
  forgetBelow(sequence: bigint): void {
    const end = Math.min(Number(sequence), this.#newest + 1);
    for (; this.#oldest < end; this.#oldest++) {
      this.#bytes -= this.#lengthOf(this.#oldest);
      const isLastOfPage = this.#oldest % PAGE_MESSAGES === PAGE_MESSAGES - 1;
      if (isLastOfPage) this.#pages.delete(Math.floor(this.#oldest / PAGE_MESSAGES));
    }
  }

  #timeOf(sequence: number): number {
    return this.#pageOf(sequence).times[sequence % PAGE_MESSAGES] ?? 0;
  }

  #lengthOf(sequence: number): number {
    return this.#pageOf(sequence).lengths[sequence % PAGE_MESSAGES] ?? 0;
  }

  #pageOf(sequence: number): LedgerPage {
    const index = Math.floor(sequence / PAGE_MESSAGES);
    const page = this.#pages.get(index) ?? {
      times: new Float64Array(PAGE_MESSAGES),
      lengths: new Float64Array(PAGE_MESSAGES),
      latest: -Infinity,
    };
    this.#pages.set(index, page);
    return page;
  }
}
