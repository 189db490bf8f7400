import type {
  HistoryLimits,
  HistoryNews,
  HistoryStore,
  KeptMessage,
  NewMessage,
} from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { DeadlineTimer } from "../session/deadline_timer.ts";
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
import { pause } from "./pause.ts";
import { type Oddity, SaidExchange } from "./said_exchange.ts";
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
  readonly #exchange: SaidExchange;
  readonly #watch: StreamWatch;
  readonly #trouble = new HistoryTrouble();
  readonly #catchUp: CatchUp;
  readonly #stop = new AbortController();
  readonly #timer = new DeadlineTimer(() => this.#tick());
  readonly #work: OwnedWork;

  private constructor(state: OurStream, options: NatsHistoryOptions) {
    const { stream, limits, logger } = options;
    this.limits = limits;
    this.#options = options;
    this.#work = new OwnedWork((error) => {
      logger.error("cluster history failed", { error: failureReason(error) });
    });
    this.#exchange = new SaidExchange(state, {
      ...options,
      stream: stream.name,
      onAdvanced: () => this.#catchUp.advanced(),
      onOdd: (oddity) => this.#onOdd(oddity),
    });
    this.#watch = new StreamWatch(stream, this.#follower(), this.#stop.signal);
    this.#catchUp = new CatchUp({
      askNewest: () => this.#askNewest(),
      known: () => this.#exchange.newest,
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
    const history = new NatsHistory(state, options);
    const { connection } = options.link;
    const { signal } = history.#stop;
    if (connection && await history.#exchange.open(connection, state, signal)) {
      history.expire(Date.now());
      history.#begin();
      return history;
    }
    await history[Symbol.asyncDispose]();
    throw new ClusterError(
      "CLUSTER_UNREACHABLE",
      `Cannot read stream ${options.stream.name}: NATS stopped answering`,
    );
  }

  get seriesId(): Uint8Array {
    return this.#exchange.mirror.seriesId;
  }

  get newest(): bigint {
    return this.#exchange.mirror.recent.newest;
  }

  get oldest(): bigint {
    return this.#exchange.mirror.recent.oldest;
  }

  get messages(): number {
    return this.#exchange.mirror.recent.size;
  }

  get bytes(): number {
    return this.#exchange.mirror.recent.bytes;
  }

  get waiting(): number {
    return this.#exchange.publisher.waiting;
  }

  get hasRoom(): boolean {
    return this.#exchange.publisher.hasRoom;
  }

  get trouble(): string | undefined {
    return this.#trouble.current;
  }

  find(sequence: bigint): KeptMessage | undefined {
    return this.#exchange.mirror.recent.find(sequence);
  }

  sequenceOf(messageId: string): bigint | undefined {
    return this.#exchange.mirror.recent.sequenceOf(messageId);
  }

  firstSince(unixMs: number): bigint {
    return this.#exchange.mirror.recent.firstSince(unixMs);
  }

  expire(nowUnixMs: number): void {
    this.#exchange.mirror.recent.expire(nowUnixMs);
  }

  append(message: NewMessage): number {
    return this.#exchange.append(message);
  }

  takeNews(): HistoryNews[] {
    return this.#exchange.news.take();
  }

  listen(onNews: () => void): void {
    this.#exchange.news.listen(onNews);
  }

  caughtUp(): Promise<void> {
    // Also while reading rests for a moment: who comes then may know more than this relay.
    return this.#catchUp.wait();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const untilMs = readClocks().monotonicMs + DRAIN_MS;
    const hasTime = () => readClocks().monotonicMs < untilMs && !this.#stop.signal.aborted;
    while (this.#exchange.publisher.waiting > 0 && this.#options.link.connection && hasTime()) {
      await pause(TICK_MS / 10, this.#stop.signal);
    }
    this.#stop.abort();
    this.#timer[Symbol.dispose]();
    this.#catchUp[Symbol.dispose]();
    this.#exchange.detach();
    await this.#work.ended();
  }

  #begin(): void {
    this.#options.link.listen({
      onConnected: () => this.#look(),
      onLost: () => this.#exchange.detach(),
    });
    this.#tick();
  }

  #onOdd(oddity: Oddity): void {
    if (oddity === "contradiction") this.#watch.contradicted();
    // Each message that fails says so.
    const hasJustLooked = !this.#watch.isDue(readClocks().monotonicMs, true);
    if (oddity !== "failed" || !hasJustLooked) this.#look();
  }

  #tick(): void {
    const { monotonicMs } = readClocks();
    this.#exchange.tick(monotonicMs);
    if (this.#watch.isDue(monotonicMs, false)) this.#look();
    this.#judgeTrouble(monotonicMs);
    this.#timer.arm(monotonicMs + TICK_MS, monotonicMs);
  }

  #judgeTrouble(nowMs: number): void {
    const { stuckSinceMs, failure } = this.#exchange.publisher;
    const { status } = this.#options.link;
    const hasChanged = this.#trouble.judge({
      nowMs,
      lost: status.state === "disconnected" ? status.reason : undefined,
      stuckSinceMs,
      failure,
    });
    if (!hasChanged) return;
    this.#exchange.news.push({ type: "trouble", trouble: this.#trouble.current });
  }

  #look(): void {
    if (!this.#stop.signal.aborted) this.#work.add(this.#watch.look());
  }

  #follower(): StreamFollower {
    const exchange = this.#exchange;
    const { link } = this.#options;
    const { signal } = this.#stop;
    return {
      connection: () => link.connection,
      series: () => ({ seriesId: exchange.mirror.seriesId, newest: exchange.newest }),
      goOn: (connection, stream) => {
        // It may have been lost while NATS was asked.
        if (connection === link.connection && !signal.aborted) exchange.goOn(connection, stream);
      },
      hold: () => exchange.hold(),
      detach: () => exchange.detach(),
      changeTo: (connection, stream) => exchange.changeTo(connection, stream, signal),
      onFound: () => this.#trouble.found(),
      onNotFound: (reason) => this.#trouble.notFound(reason, readClocks().monotonicMs),
    };
  }

  async #askNewest(): Promise<bigint> {
    const { stream, link } = this.#options;
    const state = link.connection && await stream.read(link.connection);
    return state?.state === "ours" ? state.newest : 0n;
  }
}
