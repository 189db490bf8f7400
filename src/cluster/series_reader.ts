import type { NatsConnection } from "@nats-io/transport-node";
import type { HistoryLimits, KeptMessage } from "../history/history.ts";
import type { TlvTypes } from "../wire/tlv_types.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import type { OurStream } from "./cluster_stream.ts";
import { pause } from "./pause.ts";
import { SeriesMirror, type Taken } from "./series_mirror.ts";
import { type FedMessage, StreamFeed } from "./stream_feed.ts";

/** How often the reading of what was there before is looked at, milliseconds. */
const LOOK_MS = 20;

/** What a `SeriesReader` tells, in the order of numbers. None of these may throw. */
export interface SeriesListener {
  /** A message is kept. */
  readonly onKept: (message: KeptMessage) => void;
  /** Numbers up to `last` hold no message; `taken` when a message stands under `last` that is none of ours. */
  readonly onPassed: (last: bigint, taken: Exclude<Taken, { taken: "kept" }> | undefined) => void;
  /** The stream seems not to be what it was; `isSure` when a number has another message now. */
  readonly onDoubt: (isSure: boolean) => void;
  /** Reading has ended. */
  readonly onBroken: () => void;
}

/** What a `SeriesReader` is made of. */
export interface SeriesReaderOptions {
  readonly keys: ClusterKeys;
  readonly types: TlvTypes;
  readonly limits: HistoryLimits;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

type HeldPart =
  | { readonly part: "message"; readonly fed: FedMessage }
  | { readonly part: "hole"; readonly last: bigint };

/** Reads one series: first what was there before, then what comes. */
export class SeriesReader {
  /** What it has read. */
  readonly mirror: SeriesMirror;
  /** Where it reads. */
  readonly feed: StreamFeed;
  readonly #now: () => number;
  #listener: SeriesListener | undefined;
  #held: HeldPart[] | undefined;

  /**
   * @param stream Name of the stream.
   * @param state The stream as it is; what it holds past the bounds is not read.
   * @param options Its parts.
   */
  constructor(stream: string, state: OurStream, options: SeriesReaderOptions) {
    const newest = beforeFirst(state, options.limits.maxMessages);
    this.mirror = new SeriesMirror({ ...options, seriesId: state.seriesId, newest });
    this.#now = options.now;
    this.feed = new StreamFeed({
      stream,
      newest,
      now: options.now,
      listener: {
        onMessage: (fed) => {
          if (this.#held === undefined) this.#take(fed);
          else this.#held.push({ part: "message", fed });
        },
        onAgain: (fed) => {
          if (this.mirror.contradicts(fed)) this.#listener?.onDoubt(true);
        },
        onPassed: (last) => {
          if (this.#held === undefined) this.#pass(last);
          else this.#held.push({ part: "hole", last });
        },
        onDoubt: () => this.#listener?.onDoubt(false),
        onBroken: () => this.#listener?.onBroken(),
      },
    });
  }

  /**
   * Reads what was there before; nobody is told of it.
   *
   * @param connection The connection to read over, and to go on reading over.
   * @param newest The number up to which it is to be read.
   * @param signal Ends the reading early.
   * @returns Whether all of it was read.
   */
  async load(connection: NatsConnection, newest: bigint, signal: AbortSignal): Promise<boolean> {
    this.feed.attach(connection);
    while (this.feed.isAttached && this.feed.newest < newest && !signal.aborted) {
      await pause(LOOK_MS, signal);
      this.feed.tick(this.#now());
    }
    return this.feed.newest >= newest;
  }

  /** Tells of all that comes from now on. */
  listen(listener: SeriesListener): void {
    this.#listener = listener;
  }

  /** Takes nothing in of what it reads, until it is released. */
  hold(): void {
    this.#held = [];
  }

  /**
   * Takes in what was read of a series that goes on where another one ended, without telling anyone: all
   * up to the last message that was known before.
   *
   * @param known Ids of the messages that were known.
   */
  releaseKnown(known: ReadonlySet<string>): void {
    const held = this.#held ?? [];
    const last = held.findLastIndex((part) => {
      const messageId = part.part === "message" ? this.mirror.messageIdOf(part.fed) : undefined;
      return messageId !== undefined && known.has(messageId);
    });
    for (const part of held.splice(0, last + 1)) this.#release(part);
  }

  /** Takes in all that is held, and from now on all that it reads. */
  releaseAll(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const part of held) this.#release(part);
  }

  #release(part: HeldPart): void {
    if (part.part === "message") this.#take(part.fed);
    else this.#pass(part.last);
  }

  #take(fed: FedMessage): void {
    const taken = this.mirror.take(fed);
    if (taken.taken === "kept") this.#listener?.onKept(taken.message);
    else this.#listener?.onPassed(fed.sequence, taken);
  }

  #pass(last: bigint): void {
    this.mirror.recent.pass(last);
    this.#listener?.onPassed(last, undefined);
  }
}

function beforeFirst({ oldest, newest }: OurStream, maxMessages: number): bigint {
  const bound = newest - BigInt(maxMessages);
  return bound >= oldest ? bound : oldest - 1n;
}
