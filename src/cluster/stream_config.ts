import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { HistoryLimits } from "../history/history.ts";
import { DUPLICATE_WINDOW_SECONDS } from "./said_seal.ts";

/** How many copies of the stream a cluster of NATS keeps. */
export type Replicas = 1 | 3 | 5;

/** What a message takes in the stream beside its plaintext: its names, seal, headers and NATS's own. */
const MESSAGE_OVERHEAD_BYTES = 640;

/** The least that the plaintext of a message takes, bytes: no more of them can there be. */
const LEAST_PLAINTEXT_BYTES = 32;

/**
 * What a stream holds at the least, messages and bytes. All relays read from it what is said: where next
 * to nothing is to be kept, they would find it gone, though it was acknowledged.
 */
const LEAST_MESSAGES = 4_096;
const LEAST_BYTES = 16 * 1024 * 1024;

/** What of a stream's configuration is ours to set, and may be set anew. */
export type StreamBounds = Pick<StreamConfig, "max_msgs" | "max_bytes" | "max_age">;

/** Name of the stream of a cluster. */
export function streamName(cluster: string): string {
  return `hushcast-${cluster}`;
}

/** Subject of what is said in a cluster. */
export function saidSubject(cluster: string): string {
  return `hushcast.${cluster}.said`;
}

/** Subject of what the relays of a cluster say to each other. */
export function busSubject(cluster: string): string {
  return `hushcast.${cluster}.bus`;
}

/**
 * The bounds of a stream that holds what a history may: never less. The history itself keeps to its own
 * bounds exactly; these see to it that NATS's disk is bounded too.
 *
 * @param limits The history's bounds.
 */
export function streamBounds({ maxMessages, maxBytes, maxAgeMs }: HistoryLimits): StreamBounds {
  // A token is base64: four characters for three bytes.
  const sealedBytes = Math.ceil(maxBytes * 4 / 3);
  const most = Math.min(maxMessages, Math.ceil(maxBytes / LEAST_PLAINTEXT_BYTES));
  // NATS wants no age below the window, within which it tells copies.
  const maxAgeSeconds = maxAgeMs === undefined
    ? 0
    : Math.max(Math.ceil(maxAgeMs / 1000), DUPLICATE_WINDOW_SECONDS);
  return {
    max_msgs: Math.max(maxMessages, LEAST_MESSAGES),
    max_bytes: Math.max(sealedBytes + most * MESSAGE_OVERHEAD_BYTES, LEAST_BYTES),
    max_age: nanos(maxAgeSeconds * 1000),
  };
}

/** What a stream is made of. */
export interface NewStream {
  /** The cluster's name. */
  readonly cluster: string;
  readonly limits: HistoryLimits;
  readonly replicas: Replicas;
  /** What `streamLabel` gave. */
  readonly label: string;
}

/** The whole configuration of a new stream. */
export function streamConfig({ cluster, limits, replicas, label }: NewStream) {
  return {
    name: streamName(cluster),
    subjects: [saidSubject(cluster)],
    description: label,
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.Old,
    num_replicas: replicas,
    duplicate_window: nanos(DUPLICATE_WINDOW_SECONDS * 1000),
    ...streamBounds(limits),
  } satisfies Partial<StreamConfig>;
}
