import type { TlvTypes } from "../wire/tlv_types.ts";
import type {
  HistoryLimits,
  HistoryNews,
  HistoryStore,
  KeptMessage,
  NewMessage,
} from "./history.ts";
import { MessageEncoder } from "./message_encoder.ts";
import { RecentMessages } from "./recent_messages.ts";

/** What a `MemoryHistory` is made of. */
export interface MemoryHistoryOptions {
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  /** 8 bytes that no other series has. */
  readonly seriesId: Uint8Array;
}

/** A history in memory: what was said in one run of the relay. It keeps at once, and has no trouble. */
export class MemoryHistory implements HistoryStore {
  readonly kind = "memory";
  readonly seriesId: Uint8Array;
  readonly limits: HistoryLimits;
  readonly waiting = 0;
  readonly hasRoom = true;
  readonly trouble = undefined;
  readonly #encoder: MessageEncoder;
  readonly #recent: RecentMessages;
  #news: HistoryNews[] = [];
  #lastTicket = 0;

  /** @param options Its parts. */
  constructor({ types, limits, seriesId }: MemoryHistoryOptions) {
    this.seriesId = seriesId;
    this.limits = limits;
    this.#encoder = new MessageEncoder(types);
    this.#recent = new RecentMessages(limits);
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
    const kept = this.#encoder.encode(message, this.newest + 1n);
    this.#recent.add(kept);
    this.#news.push({ type: "kept", message: kept, ticket: ++this.#lastTicket });
    return this.#lastTicket;
  }

  takeNews(): HistoryNews[] {
    const news = this.#news;
    if (news.length > 0) this.#news = [];
    return news;
  }

  listen(): void {
    // All news is brought about by `append`.
  }

  caughtUp(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
