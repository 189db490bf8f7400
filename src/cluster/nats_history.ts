import type { NatsConnection } from "@nats-io/transport-node";
import type {
  HistoryLimits,
  HistoryNews,
  HistoryStore,
  KeptMessage,
  NewMessage,
} from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { DeadlineTimer } from "../session/deadline_timer.ts";
import { LogLimiter } from "../session/log_limiter.ts";
import { OwnedWork } from "../session/owned_work.ts";
import { readClocks } from "../session/read_clocks.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import { CatchUp } from "./catch_up.ts";
import { ClusterError } from "./cluster_error.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import type { ClusterStream, OurStream } from "./cluster_stream.ts";
import { HistoryTrouble } from "./history_trouble.ts";
import { failureReason } from "./nats_failure.ts";
import type { NatsLink } from "./nats_link.ts";
import { NewsQueue } from "./news_queue.ts";
import { pause } from "./pause.ts";
import { SaidPublisher } from "./said_publisher.ts";
import type { Taken } from "./series_mirror.ts";
import { SeriesReader } from "./series_reader.ts";
import { type StreamFollower, StreamWatch } from "./stream_watch.ts";

/** How often time-outs are looked for, milliseconds. */
const TICK_MS = 250;

/** How long the end may wait for what is on its way, milliseconds. */
const DRAIN_MS = 2_000;

/** What a `NatsHistory` is made of. */
export interface NatsHistoryOptions {
  readonly link: NatsLink;
  readonly stream: ClusterStream;
  /** Subject of what is said. */
  readonly subject: string;
  readonly keys: ClusterKeys;
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  readonly logger: EventLogger;
}

/**
 * The history that the relays of a cluster share: a stream of NATS, and what of it is within bounds
 * in memory. A message is kept when it came back from the stream: so all relays have the same messages
 * under the same numbers, whoever published them.
 */
export class NatsHistory implements HistoryStore {
  readonly kind = "nats";
  readonly limits: HistoryLimits;
  readonly #options: NatsHistoryOptions;
  readonly #publisher: SaidPublisher;
  readonly #watch: StreamWatch;
  readonly #trouble = new HistoryTrouble();
  readonly #catchUp: CatchUp;
  readonly #news = new NewsQueue();
  readonly #complaints = new LogLimiter(readClocks().monotonicMs);
  readonly #stop = new AbortController();
  readonly #timer = new DeadlineTimer(() => this.#tick());
  readonly #work: OwnedWork;
  #reader: SeriesReader;
  /** Up to where the stream has to be read before anything is published over this connection. */
  #publishFrom: bigint | undefined;

  private constructor(reader: SeriesReader, options: NatsHistoryOptions) {
    const { keys, stream, subject, limits, logger } = options;
    this.limits = limits;
    this.#options = options;
    this.#reader = reader;
    this.#work = new OwnedWork((error) => {
      logger.error("cluster history failed", { error: failureReason(error) });
    });
    this.#publisher = new SaidPublisher({
      keys,
      stream: stream.name,
      subject,
      now: readClocks,
      onAnswered: () => this.#settle(),
      onFailed: () => {
        if (this.#watch.isDue(readClocks().monotonicMs, true)) this.#look();
      },
      onRefused: (ticket, reason) => this.#news.push({ type: "refused", ticket, reason }),
    });
    this.#watch = new StreamWatch(stream, this.#follower(), this.#stop.signal);
    this.#catchUp = new CatchUp({
      askNewest: () => this.#askNewest(),
      known: () => this.#reader.feed.newest,
    });
  }

  /**
   * Reads what the stream holds, and goes on from there.
   *
   * @param state The stream as it is.
   * @param options Its parts; the link is the caller's to dispose, after the history.
   * @throws {ClusterError} If the stream can't be read.
   */
  static async open(state: OurStream, options: NatsHistoryOptions): Promise<NatsHistory> {
    const reader = readerOf(state, options);
    const { connection } = options.link;
    const never = new AbortController().signal;
    const isRead = connection && await reader.load(connection, state.newest, never);
    if (!connection || !isRead) {
      reader.feed.detach();
      throw new ClusterError(
        "CLUSTER_UNREACHABLE",
        `Cannot read stream ${options.stream.name}: NATS stopped answering`,
      );
    }
    const history = new NatsHistory(reader, options);
    history.expire(Date.now());
    history.#begin(connection, state);
    return history;
  }

  get seriesId(): Uint8Array {
    return this.#reader.mirror.seriesId;
  }

  get newest(): bigint {
    return this.#reader.mirror.recent.newest;
  }

  get oldest(): bigint {
    return this.#reader.mirror.recent.oldest;
  }

  get messages(): number {
    return this.#reader.mirror.recent.size;
  }

  get bytes(): number {
    return this.#reader.mirror.recent.bytes;
  }

  get waiting(): number {
    return this.#publisher.waiting;
  }

  get hasRoom(): boolean {
    return this.#publisher.hasRoom;
  }

  get trouble(): string | undefined {
    return this.#trouble.current;
  }

  find(sequence: bigint): KeptMessage | undefined {
    return this.#reader.mirror.recent.find(sequence);
  }

  sequenceOf(messageId: string): bigint | undefined {
    return this.#reader.mirror.recent.sequenceOf(messageId);
  }

  firstSince(unixMs: number): bigint {
    return this.#reader.mirror.recent.firstSince(unixMs);
  }

  expire(nowUnixMs: number): void {
    this.#reader.mirror.recent.expire(nowUnixMs);
  }

  append(message: NewMessage): number {
    // NATS tells copies for some minutes only.
    const sequence = this.sequenceOf(message.messageId);
    if (sequence === undefined) return this.#publisher.add(message);
    const ticket = this.#publisher.nextTicket();
    this.#news.push({ type: "duplicate", ticket, sequence });
    return ticket;
  }

  takeNews(): HistoryNews[] {
    return this.#news.take();
  }

  listen(onNews: () => void): void {
    this.#news.listen(onNews);
  }

  caughtUp(): Promise<void> {
    return this.#reader.feed.isAttached ? this.#catchUp.wait() : Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const untilMs = readClocks().monotonicMs + DRAIN_MS;
    const hasTime = () => readClocks().monotonicMs < untilMs && !this.#stop.signal.aborted;
    while (this.#publisher.waiting > 0 && this.#options.link.connection && hasTime()) {
      await pause(TICK_MS / 10, this.#stop.signal);
    }
    this.#stop.abort();
    this.#timer[Symbol.dispose]();
    this.#catchUp[Symbol.dispose]();
    this.#detach();
    await this.#work.ended();
  }

  #begin(connection: NatsConnection, state: OurStream): void {
    this.#listenTo(this.#reader);
    this.#goOn(connection, state);
    this.#options.link.listen({
      onConnected: () => this.#look(),
      onLost: () => this.#detach(),
    });
    this.#tick();
  }

  #listenTo(reader: SeriesReader): void {
    reader.listen({
      onKept: (message) => this.#onKept(message),
      onPassed: (last, taken) => this.#onPassed(last, taken),
      onDoubt: (isSure) => {
        if (isSure) this.#watch.contradicted();
        this.#look();
      },
      onBroken: () => this.#look(),
    });
  }

  #onKept(message: KeptMessage): void {
    const ticket = this.#publisher.settle(message.messageId);
    this.#news.push({ type: "kept", message, ticket });
    this.#advanced();
  }

  #onPassed(last: bigint, taken: Exclude<Taken, { taken: "kept" }> | undefined): void {
    if (taken !== undefined) this.#report(last, taken);
    if (taken?.taken === "untimely") {
      const ticket = this.#publisher.settle(taken.messageId);
      const reason = "the clocks of this relay and of NATS differ by more than a minute";
      if (ticket !== undefined) this.#news.push({ type: "refused", ticket, reason });
    }
    this.#news.push({ type: "passed", last });
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
    this.#catchUp.advanced();
    this.#publishOnceRead();
  }

  /** What was acknowledged under a number that has been read by now was there before. */
  #settle(): void {
    for (const { ticket, sequence } of this.#publisher.settleUpTo(this.#reader.feed.newest)) {
      this.#news.push({ type: "duplicate", ticket, sequence });
    }
  }

  #detach(): void {
    this.#publishFrom = undefined;
    this.#reader.feed.detach();
    this.#publisher.detach();
  }

  #tick(): void {
    const { monotonicMs } = readClocks();
    this.#reader.feed.tick(monotonicMs);
    this.#publisher.tick(monotonicMs);
    if (this.#watch.isDue(monotonicMs, false)) this.#look();
    this.#judgeTrouble(monotonicMs);
    this.#timer.arm(monotonicMs + TICK_MS, monotonicMs);
  }

  #judgeTrouble(nowMs: number): void {
    const { stuckSinceMs, failure } = this.#publisher;
    const { status } = this.#options.link;
    const hasChanged = this.#trouble.judge({
      nowMs,
      lost: status.state === "disconnected" ? status.reason : undefined,
      stuckSinceMs,
      failure,
    });
    if (!hasChanged) return;
    this.#news.push({ type: "trouble", trouble: this.#trouble.current });
  }

  #look(): void {
    if (!this.#stop.signal.aborted) this.#work.add(this.#watch.look());
  }

  #follower(): StreamFollower {
    return {
      connection: () => this.#options.link.connection,
      series: () => ({ seriesId: this.seriesId, newest: this.#reader.feed.newest }),
      goOn: (connection, stream) => this.#goOn(connection, stream),
      hold: () => this.#publisher.detach(),
      detach: () => this.#detach(),
      changeTo: (connection, stream) => this.#changeTo(connection, stream),
      onFound: () => this.#trouble.found(),
      onNotFound: (reason) => this.#trouble.notFound(reason, readClocks().monotonicMs),
    };
  }

  #goOn(connection: NatsConnection, { oldest, newest }: OurStream): void {
    if (connection !== this.#options.link.connection || this.#stop.signal.aborted) return;
    const { feed, mirror } = this.#reader;
    mirror.recent.forgetBelow(oldest);
    if (!feed.isAttached) feed.attach(connection);
    if (this.#publisher.isAttached) return;
    this.#publishFrom = newest;
    this.#publishOnceRead();
  }

  /**
   * Publishes once all is read that was there when the connection was made: some of what waits may be
   * among it, and NATS may have forgotten that it has it.
   */
  #publishOnceRead(): void {
    const { connection } = this.#options.link;
    if (this.#publishFrom === undefined || connection === undefined) return;
    if (this.#reader.feed.newest < this.#publishFrom) return;
    this.#publishFrom = undefined;
    this.#publisher.attach(connection);
  }

  async #changeTo(connection: NatsConnection, state: OurStream): Promise<boolean> {
    this.#detach();
    const reader = readerOf(state, this.#options);
    reader.hold();
    const isRead = await reader.load(connection, state.newest, this.#stop.signal);
    if (!isRead || this.#stop.signal.aborted) {
      reader.feed.detach();
      return false;
    }
    reader.releaseKnown(this.#reader.mirror.messageIds());
    // What is told so far belongs to the series before.
    this.#news.tell();
    this.#reader = reader;
    this.#publisher.startOver();
    this.#news.push({ type: "new_series" });
    this.#options.logger.warn("cluster history begins a new series", { messages: this.messages });
    this.#listenTo(reader);
    reader.releaseAll();
    this.expire(Date.now());
    this.#goOn(connection, state);
    return true;
  }

  async #askNewest(): Promise<bigint> {
    const { stream, link } = this.#options;
    const state = link.connection && await stream.read(link.connection);
    return state?.state === "ours" ? state.newest : 0n;
  }
}

function readerOf(state: OurStream, { stream, keys, types, limits }: NatsHistoryOptions) {
  const now = () => readClocks().monotonicMs;
  return new SeriesReader(stream.name, state, { keys, types, limits, now });
}
