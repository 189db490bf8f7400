import type { History, HistoryNews, KeptMessage, NewMessage } from "../../src/history/history.ts";
import { MessageEncoder } from "../../src/history/message_encoder.ts";
import { RecentMessages } from "../../src/history/recent_messages.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import { HISTORY_DEFAULTS } from "./relay_defaults.ts";

interface WaitingMessage {
  readonly ticket: number;
  readonly message: NewMessage;
}

/** A history that keeps what it was given only when a test says so, as a disk or a cluster would. */
export class SlowHistory implements History {
  seriesId: Uint8Array = new Uint8Array(8).fill(0x51);
  readonly limits = HISTORY_DEFAULTS;
  trouble: string | undefined;
  /** How many messages may wait. */
  maxWaiting = Infinity;
  readonly #encoder = new MessageEncoder(DEFAULT_TLV_TYPES);
  #recent: RecentMessages;
  #waiting: WaitingMessage[] = [];
  #news: HistoryNews[] = [];
  #lastTicket = 0;

  /** @param newest The number of the message that was kept last, in a run before. */
  constructor(newest = 0n) {
    this.#recent = new RecentMessages(this.limits, newest);
  }

  get newest(): bigint {
    return this.#recent.newest;
  }

  get oldest(): bigint {
    return this.#recent.oldest;
  }

  get messages(): number {
    return this.#recent.size;
  }

  get bytes(): number {
    return this.#recent.bytes;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get hasRoom(): boolean {
    return this.#waiting.length < this.maxWaiting;
  }

  /** What waits, in order: each as `sender text`. */
  get waitingTexts(): string[] {
    return this.#waiting.map(({ message: { senderId, payload } }) =>
      `${senderId} ${new TextDecoder().decode(payload)}`
    );
  }

  /** The ids of what waits, in order. */
  get waitingIds(): string[] {
    return this.#waiting.map(({ message }) => message.messageId);
  }

  find(sequence: bigint): KeptMessage | undefined {
    return this.#recent.find(sequence);
  }

  sequenceOf(messageId: string): bigint | undefined {
    return this.#recent.sequenceOf(messageId);
  }

  firstSince(unixMs: number): bigint {
    return this.#recent.firstSince(unixMs);
  }

  expire(nowUnixMs: number): void {
    this.#recent.expire(nowUnixMs);
  }

  append(message: NewMessage): number {
    this.#waiting.push({
      ticket: ++this.#lastTicket,
      message: { ...message, payload: message.payload.slice() },
    });
    return this.#lastTicket;
  }

  takeNews(): HistoryNews[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  /** Keeps what waits, or as many of it. */
  keep(count = Infinity): void {
    for (const { ticket, message } of this.#waiting.splice(0, count)) this.#keep(message, ticket);
  }

  /** Keeps what another relay gave it. */
  keepRemote(message: Partial<NewMessage> & Pick<NewMessage, "senderId" | "payload">): void {
    this.#keep({
      messageId: `remote ${this.newest}`,
      sessionId: "00000000000000aa",
      clientSequence: 0n,
      instance: undefined,
      unixMs: 0,
      ...message,
    }, undefined);
  }

  /** Says of the oldest that waits that it had been kept before. */
  callDuplicate(sequence: bigint): void {
    const [first] = this.#waiting.splice(0, 1);
    if (first === undefined) throw new Error("nothing waits");
    this.#news.push({ type: "duplicate", ticket: first.ticket, sequence });
  }

  /** Says of the oldest that waits that it will never be kept. */
  refuse(reason: string): void {
    const [first] = this.#waiting.splice(0, 1);
    if (first === undefined) throw new Error("nothing waits");
    this.#news.push({ type: "refused", ticket: first.ticket, reason });
  }

  /** Has numbers pass that hold no message. */
  pass(last: bigint): void {
    this.#recent.pass(last);
    this.#news.push({ type: "passed", last });
  }

  /** Begins a new series with nothing in it. */
  reset(seriesId: Uint8Array): void {
    this.seriesId = seriesId;
    this.#recent = new RecentMessages(this.limits);
    this.#news.push({ type: "new_series" });
  }

  /** Has trouble, or none any more. */
  setTrouble(trouble: string | undefined): void {
    this.trouble = trouble;
    this.#news.push({ type: "trouble", trouble });
  }

  #keep(message: NewMessage, ticket: number | undefined): void {
    const kept = this.#encoder.encode(message, this.newest + 1n);
    this.#recent.add(kept);
    this.#news.push({ type: "kept", message: kept, ticket });
  }
}
