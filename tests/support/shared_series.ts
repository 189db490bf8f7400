import type { History, HistoryNews, KeptMessage, NewMessage } from "../../src/history/history.ts";
import { MessageEncoder } from "../../src/history/message_encoder.ts";
import { RecentMessages } from "../../src/history/recent_messages.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { HISTORY_DEFAULTS } from "./relay_defaults.ts";

interface WaitingMessage {
  readonly message: NewMessage;
  readonly history: SharedHistory;
  readonly ticket: number;
  readonly keptMs: number;
}

/** How a series that several relays share differs from others. */
export interface SharedSeriesOptions {
  /** The moment, monotonic milliseconds. */
  readonly nowMs: () => number;
  /** How long it takes to keep a message, milliseconds. */
  readonly keepMs: number;
  /** The most messages that are held. */
  readonly maxMessages?: number;
}

/**
 * One series of messages, kept for several relays as a cluster does: it takes a while, it takes each
 * message id once, and what one relay has handed over is kept even if that relay is gone by then.
 */
export class SharedSeries {
  readonly seriesId = new Uint8Array(8).fill(0xc1);
  readonly limits;
  readonly #options: SharedSeriesOptions;
  readonly #encoder = new MessageEncoder(DEFAULT_TLV_TYPES);
  readonly #waiting: WaitingMessage[] = [];
  readonly #kept: KeptMessage[] = [];
  readonly #numbers = new Map<string, bigint>();
  readonly #histories = new Set<SharedHistory>();
  #hasNews = false;

  /** @param options How it differs from others. */
  constructor(options: SharedSeriesOptions) {
    this.#options = options;
    const { maxMessages = HISTORY_DEFAULTS.maxMessages } = options;
    this.limits = { ...HISTORY_DEFAULTS, maxMessages };
  }

  /** What was kept, oldest first, as `sender text`. */
  get texts(): string[] {
    return this.#kept.map(({ senderId, plaintext, payloadBytes }) =>
      `${senderId} ${new TextDecoder().decode(plaintext.subarray(-payloadBytes))}`
    );
  }

  /** The history of one more relay, with all that was kept before. */
  open(): SharedHistory {
    const history = new SharedHistory(this);
    for (const message of this.#kept) history.recent.add(message);
    this.#histories.add(history);
    return history;
  }

  /** Lets go of the history of a relay that is gone; what it handed over is kept all the same. */
  close(history: SharedHistory): void {
    this.#histories.delete(history);
  }

  /** Takes a message of a relay. */
  take(history: SharedHistory, ticket: number, message: NewMessage): void {
    const keptMs = this.#options.nowMs() + this.#options.keepMs;
    const copy = { ...message, payload: message.payload.slice() };
    this.#waiting.push({ history, ticket, keptMs, message: copy });
  }

  /** When a message is kept next, monotonic milliseconds. */
  nextDeadlineMs(): number {
    if (this.#hasNews) return this.#options.nowMs();
    return this.#waiting[0]?.keptMs ?? Infinity;
  }

  /** Keeps what is due. @returns Whether there is news for relays. */
  tick(): boolean {
    const nowMs = this.#options.nowMs();
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      if (next.keptMs > nowMs) break;
      this.#waiting.shift();
      this.#keep(next);
    }
    const hasNews = this.#hasNews;
    this.#hasNews = false;
    return hasNews;
  }

  /** Keeps a message of nobody's session at once. */
  say(senderId: string, text: string, unixMs: number): void {
    this.#hasNews = true;
    this.#add({
      messageId: `${senderId} ${text}`,
      senderId,
      sessionId: "00000000000000aa",
      clientSequence: 0n,
      instance: undefined,
      unixMs,
      payload: new TextEncoder().encode(text),
    }, undefined);
  }

  #keep({ history, ticket, message }: WaitingMessage): void {
    this.#hasNews = true;
    const sequence = this.#numbers.get(message.messageId);
    if (sequence === undefined) this.#add(message, { history, ticket });
    else history.news.push({ type: "duplicate", ticket, sequence });
  }

  #add(
    message: NewMessage,
    from: { readonly history: SharedHistory; readonly ticket: number } | undefined,
  ): void {
    const kept = this.#encoder.encode(message, BigInt(this.#kept.length) + 1n);
    this.#kept.push(kept);
    this.#numbers.set(message.messageId, kept.sequence);
    for (const history of this.#histories) {
      history.recent.add(kept);
      const ticket = from?.history === history ? from.ticket : undefined;
      history.news.push({ type: "kept", message: kept, ticket });
    }
  }
}

/** A shared series as one relay sees it. */
export class SharedHistory implements History {
  readonly trouble = undefined;
  readonly waiting = 0;
  readonly hasRoom = true;
  readonly recent: RecentMessages;
  news: HistoryNews[] = [];
  readonly #series: SharedSeries;
  #lastTicket = 0;

  /** @param series The series. */
  constructor(series: SharedSeries) {
    this.#series = series;
    this.recent = new RecentMessages(series.limits);
  }

  get seriesId(): Uint8Array {
    return this.#series.seriesId;
  }

  get limits(): History["limits"] {
    return this.#series.limits;
  }

  get newest(): bigint {
    return this.recent.newest;
  }

  get oldest(): bigint {
    return this.recent.oldest;
  }

  get messages(): number {
    return this.recent.size;
  }

  get bytes(): number {
    return this.recent.bytes;
  }

  find(sequence: bigint): KeptMessage | undefined {
    return this.recent.find(sequence);
  }

  sequenceOf(messageId: string): bigint | undefined {
    return this.recent.sequenceOf(messageId);
  }

  firstSince(unixMs: number): bigint {
    return this.recent.firstSince(unixMs);
  }

  expire(nowUnixMs: number): void {
    this.recent.expire(nowUnixMs);
  }

  append(message: NewMessage): number {
    this.#series.take(this, ++this.#lastTicket, message);
    return this.#lastTicket;
  }

  takeNews(): HistoryNews[] {
    const news = this.news;
    this.news = [];
    return news;
  }
}
