import { JetStreamApiError, type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { StreamInfo } from "@nats-io/jetstream";
import { millis, type NatsConnection } from "@nats-io/transport-node";
import type { HistoryLimits } from "../history/history.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import { ClusterError } from "./cluster_error.ts";
import type { ClusterKeys } from "./cluster_keys.ts";
import {
  type Replicas,
  type StreamBounds,
  streamBounds,
  streamConfig,
  streamName,
} from "./stream_config.ts";
import { readStreamLabel, streamLabel } from "./stream_label.ts";

/** How long NATS may take for an answer about the stream, milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;

/** Codes of JetStream's errors, as its server defines them. */
const ApiCode = {
  NO_SUITABLE_PEERS: 10_005,
  NAME_IN_USE: 10_058,
  STREAM_NOT_FOUND: 10_059,
  SUBJECTS_OVERLAP: 10_065,
  REPLICAS_NOT_SUPPORTED: 10_074,
} as const;

/** A stream of ours. */
export interface OurStream {
  readonly state: "ours";
  /** Names the series of its numbers, 8 bytes. */
  readonly seriesId: Uint8Array;
  /** The number of its oldest message; one above the newest when it has none. */
  readonly oldest: bigint;
  /** The number of its newest message; 0 before the first. */
  readonly newest: bigint;
}

/** What NATS says of the stream. */
export type StreamState =
  | OurStream
  | { readonly state: "missing" }
  /** Relays that use another key made it, or no relay. */
  | { readonly state: "other_key" | "stranger" };

/** What a `ClusterStream` is made of. */
export interface ClusterStreamOptions {
  /** The cluster's name. */
  readonly cluster: string;
  readonly keys: ClusterKeys;
  readonly limits: HistoryLimits;
  readonly replicas: Replicas;
  readonly logger: EventLogger;
  /** Random bytes, for the names of series. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/**
 * The stream in which a cluster keeps what was said: made by whichever relay comes first, and made
 * anew when it is gone.
 */
export class ClusterStream {
  readonly #options: ClusterStreamOptions;

  /** @param options Its parts. */
  constructor(options: ClusterStreamOptions) {
    this.#options = options;
  }

  /** What it is called in NATS. */
  get name(): string {
    return streamName(this.#options.cluster);
  }

  /**
   * Asks NATS for the stream as it is now.
   *
   * @throws What the library throws when there is no answer, or another one.
   */
  async read(connection: NatsConnection): Promise<StreamState> {
    try {
      const manager = await managerOf(connection);
      return this.#stateOf(await manager.streams.info(this.name));
    } catch (error) {
      if (isApiError(error, ApiCode.STREAM_NOT_FOUND)) return { state: "missing" };
      throw error;
    }
  }

  /**
   * Makes the stream with a new series; when another relay was faster, what that one made is taken.
   *
   * @returns The stream, whoever made it.
   * @throws {ClusterError} If it can't be made as it is wanted.
   * @throws What the library throws when there is no answer.
   */
  async make(connection: NatsConnection): Promise<StreamState> {
    const { cluster, limits, replicas, logger } = this.#options;
    const label = this.#newLabel();
    const manager = await managerOf(connection);
    try {
      const info = await manager.streams.add(streamConfig({ cluster, limits, replicas, label }));
      logger.info("cluster stream made", { stream: this.name, replicas });
      return this.#stateOf(info);
    } catch (error) {
      if (isApiError(error, ApiCode.NAME_IN_USE)) return await this.read(connection);
      throw this.#whyNotMade(error);
    }
  }

  /**
   * Begins a new series in a stream that went back: its numbers would be given twice otherwise.
   *
   * @returns The stream; with another series than ours when two relays did so at once.
   * @throws What the library throws when there is no answer.
   */
  async renew(connection: NatsConnection): Promise<StreamState> {
    const manager = await managerOf(connection);
    await manager.streams.update(this.name, { description: this.#newLabel() });
    this.#options.logger.warn("cluster stream went back, its numbers begin a new series", {
      stream: this.name,
    });
    return await this.read(connection);
  }

  /**
   * Gives the stream the bounds that this relay is set up with: so they follow when the relays are
   * started again one after the other. Copies are only added, since a relay that was set up without
   * a thought of them should not take any away.
   *
   * @throws {ClusterError} If there are too few servers for so many copies.
   * @throws What the library throws when there is no answer.
   */
  async adjust(connection: NatsConnection): Promise<void> {
    const { limits, replicas, logger } = this.#options;
    const manager = await managerOf(connection);
    const { config } = await manager.streams.info(this.name);
    const bounds = streamBounds(limits);
    const copies = Math.max(replicas, config.num_replicas);
    if (copies > replicas) {
      logger.warn("cluster stream has more replicas than are set here", {
        stream: this.name,
        replicas: config.num_replicas,
        set: replicas,
      });
    }
    if (hasBounds(config, bounds) && copies === config.num_replicas) return;
    try {
      await manager.streams.update(this.name, { ...bounds, num_replicas: copies });
    } catch (error) {
      throw this.#whyNotMade(error);
    }
    logger.info("cluster stream changed", {
      stream: this.name,
      max_messages: bounds.max_msgs,
      max_bytes: bounds.max_bytes,
      max_age_s: millis(bounds.max_age) / 1000,
      replicas: copies,
    });
  }

  #newLabel(): string {
    const { keys, randomBytes } = this.#options;
    return streamLabel(keys, randomBytes(8));
  }

  #stateOf({ config, state }: StreamInfo): StreamState {
    const owner = readStreamLabel(this.#options.keys, config.description);
    if (owner.owner !== "us") return { state: owner.owner };
    const newest = BigInt(state.last_seq);
    const oldest = state.messages === 0 ? newest + 1n : BigInt(state.first_seq);
    return { state: "ours", seriesId: owner.seriesId, oldest, newest };
  }

  #whyNotMade(cause: unknown): unknown {
    if (!(cause instanceof JetStreamApiError)) return cause;
    const { replicas } = this.#options;
    const { code, message } = cause;
    if (code === ApiCode.REPLICAS_NOT_SUPPORTED || code === ApiCode.NO_SUITABLE_PEERS) {
      return new ClusterError(
        "CLUSTER_REPLICAS",
        `Cannot keep ${replicas} copies of stream ${this.name}: NATS has too few servers (${message}); ask for fewer, or add servers`,
        { cause },
      );
    }
    const advice = code === ApiCode.SUBJECTS_OVERLAP ? "; give the cluster another name" : "";
    return new ClusterError(
      "CLUSTER_STREAM",
      `Cannot make stream ${this.name}: NATS says ${message}${advice}`,
      { cause },
    );
  }
}

/** Whether a stream could not be made since there are too few servers just now. */
export function isTooFewServers({ cause }: ClusterError): boolean {
  return isApiError(cause, ApiCode.NO_SUITABLE_PEERS);
}

async function managerOf(connection: NatsConnection): Promise<JetStreamManager> {
  return await jetstreamManager(connection, { checkAPI: false, timeout: ANSWER_TIMEOUT_MS });
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function hasBounds(config: StreamBounds, bounds: StreamBounds): boolean {
  return config.max_msgs === bounds.max_msgs && config.max_bytes === bounds.max_bytes &&
    config.max_age === bounds.max_age;
}
