import type { NatsConnection } from "@nats-io/transport-node";
import type { HistoryLimits, KeptMessage, NewMessage } from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { LogLimiter } from "../session/log_limiter.ts";
import { readClocks } from "../session/read_clocks.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import type { OurStream } from "./cluster_stream.ts";
import { NewsQueue } from "./news_queue.ts";
import { SaidPublisher } from "./said_publisher.ts";
import type { SeriesMirror, Taken } from "./series_mirror.ts";
import { SeriesReader } from "./series_reader.ts";

/** What is odd about a stream. */
export type Oddity =
  /** NATS did not take a message. */
  | "failed"
  /** The stream seems to end before what was there. */
  | "behind"
  /** A number has another message than it had. */
  | "contradiction"
  /** Reading has ended. */
  | "broken";

/** What a `SaidExchange` is made of. */
export interface SaidExchangeOptions {
  /** Name of the stream. */
  readonly stream: string;
  /** Subject of what is said. */
  readonly subject: string;
  readonly keys: ClusterKeys;
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  readonly logger: EventLogger;
  /** More of the stream has been read. Must not throw. */
  readonly onAdvanced: () => void;
  /** The stream should be looked at. Must not throw. */
  readonly onOdd: (oddity: Oddity) => void;
}

/**
 * Publishes messages into a stream and reads what stands there, its own messages among it: of these it
 * tells as news what became of them. It goes by what it is told of the stream, and never asks itself.
 */
export class SaidExchange {
  /** What became of messages. */
  readonly news = new NewsQueue();
  /** What publishes. */
  readonly publisher: SaidPublisher;
  readonly #options: SaidExchangeOptions;
  readonly #complaints = new LogLimiter(readClocks().monotonicMs);
  #reader: SeriesReader;
  /** Where to publish once the stream has been read up to a number. */
  #publishFrom: { readonly connection: NatsConnection; readonly newest: bigint } | undefined;

  /** @param state The stream as it is. @param options Its parts. */
  constructor(state: OurStream, options: SaidExchangeOptions) {
    const { keys, stream, subject, onOdd } = options;
    this.#options = options;
    this.#reader = this.#readerOf(state);
    this.publisher = new SaidPublisher({
      keys,
      stream,
      subject,
      now: readClocks,
      onAnswered: () => this.#settle(),
      onFailed: () => onOdd("failed"),
      onRefused: (ticket, reason) => this.news.push({ type: "refused", ticket, reason }),
    });
  }

  /** What has been read. */
  get mirror(): SeriesMirror {
    return this.#reader.mirror;
  }

  /** The number up to which the stream has been read. */
  get newest(): bigint {
    return this.#reader.feed.newest;
  }

  /** Whether it reads. */
  get isReading(): boolean {
    return this.#reader.feed.isAttached;
  }

  /**
   * Reads what the stream holds at the start, without news.
   *
   * @returns Whether that could be done.
   */
  async open(
    connection: NatsConnection,
    state: OurStream,
    signal: AbortSignal,
  ): Promise<boolean> {
    const isRead = await this.#reader.load(connection, state.newest, signal);
    if (!isRead) {
      this.detach();
      return false;
    }
    this.#listenTo(this.#reader);
    this.goOn(connection, state);
    return true;
  }

  /** Takes a message. @returns Its ticket. */
  append(message: NewMessage): number {
    // NATS tells copies for some minutes only.
    const sequence = this.mirror.recent.sequenceOf(message.messageId);
    if (sequence === undefined) return this.publisher.add(message);
    const ticket = this.publisher.nextTicket();
    this.news.push({ type: "duplicate", ticket, sequence });
    return ticket;
  }

  /** Reads and publishes over a connection, whose stream is what it was. */
  goOn(connection: NatsConnection, { oldest, newest }: OurStream): void {
    this.mirror.recent.forgetBelow(oldest);
    if (!this.isReading) this.#reader.feed.attach(connection);
    if (this.publisher.isAttached) return;
    this.#publishFrom = { connection, newest };
    this.#publishOnceRead();
  }

  /** Publishes no more for now. */
  hold(): void {
    this.#publishFrom = undefined;
    this.publisher.detach();
  }

  /** Neither publishes nor reads for now. */
  detach(): void {
    this.hold();
    this.#reader.feed.detach();
  }

  /** Notices what takes too long. To be called a few times a second. */
  tick(nowMs: number): void {
    this.#reader.feed.tick(nowMs);
    this.publisher.tick(nowMs);
  }

  /**
   * Goes over to another series. What of it was known before is taken in silently; what is new comes as
   * news, after that of the new series.
   *
   * @returns Whether it could be read.
   */
  async changeTo(
    connection: NatsConnection,
    state: OurStream,
    signal: AbortSignal,
  ): Promise<boolean> {
    this.detach();
    const reader = this.#readerOf(state);
    reader.hold();
    const isRead = await reader.load(connection, state.newest, signal);
    if (!isRead || signal.aborted) {
      reader.feed.detach();
      return false;
    }
    reader.releaseKnown(this.mirror.messageIds());
    // What is told so far belongs to the series before.
    this.news.tell();
    this.#reader = reader;
    this.publisher.startOver();
    this.news.push({ type: "new_series" });
    this.#options.logger.warn("cluster history begins a new series", {
      messages: this.mirror.recent.size,
    });
    this.#listenTo(reader);
    reader.releaseAll();
    this.goOn(connection, state);
    return true;
  }

  #readerOf(state: OurStream): SeriesReader {
    const { stream, keys, types, limits } = this.#options;
    const now = () => readClocks().monotonicMs;
    return new SeriesReader(stream, state, { keys, types, limits, now });
  }

  #listenTo(reader: SeriesReader): void {
    const { onOdd } = this.#options;
    reader.listen({
      onKept: (message) => this.#onKept(message),
      onPassed: (last, taken) => this.#onPassed(last, taken),
      onDoubt: (isSure) => onOdd(isSure ? "contradiction" : "behind"),
      onBroken: () => onOdd("broken"),
    });
  }

  #onKept(message: KeptMessage): void {
    const ticket = this.publisher.settle(message.messageId);
    this.news.push({ type: "kept", message, ticket });
    this.#advanced();
  }

  #onPassed(last: bigint, taken: Exclude<Taken, { taken: "kept" }> | undefined): void {
    if (taken !== undefined) this.#report(last, taken);
    if (taken?.taken === "untimely") {
      const ticket = this.publisher.settle(taken.messageId);
      const reason = "the clocks of this relay and of NATS differ by more than a minute";
      if (ticket !== undefined) this.news.push({ type: "refused", ticket, reason });
    }
    this.news.push({ type: "passed", last });
    this.#advanced();
  }

  #report(sequence: bigint, taken: Exclude<Taken, { taken: "kept" }>): void {
    const suppressed = this.#complaints.admit(readClocks().monotonicMs);
    if (suppressed === undefined) return;
    const isUntimely = taken.taken === "untimely";
    this.#options.logger.warn("message of cluster stream passed over", {
      sequence,
      reason: isUntimely ? "clock" : taken.why,
      ahead_s: isUntimely ? Math.round(taken.aheadSeconds) : undefined,
      suppressed: suppressed || undefined,
    });
  }

  #advanced(): void {
    this.#settle();
    this.#publishOnceRead();
    this.#options.onAdvanced();
  }

  /** What was acknowledged under a number that has been read by now was there before. */
  #settle(): void {
    for (const { ticket, sequence } of this.publisher.settleUpTo(this.newest)) {
      this.news.push({ type: "duplicate", ticket, sequence });
    }
  }

  /**
   * Publishes once all is read that was there when the connection was made: some of what waits may be
   * among it, and NATS may have forgotten that it has it.
   */
  #publishOnceRead(): void {
    if (this.#publishFrom === undefined || this.newest < this.#publishFrom.newest) return;
    const { connection } = this.#publishFrom;
    this.#publishFrom = undefined;
    this.publisher.attach(connection);
  }
}
