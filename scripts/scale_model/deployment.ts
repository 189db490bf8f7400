/** What is modelled: who talks, and what carries it. */
export interface Deployment {
  /** Messages a second, all senders together. */
  readonly messagesPerSecond: number;
  /** Length of a message. */
  readonly bytes: number;
  readonly senders: number;
  /** Clients that get messages: all those of their group. */
  readonly receivers: number;
  /** Groups that do not hear each other, alike in size: each is a stream, with relays of its own. */
  readonly streams: number;
  readonly relays: number;
  /** NATS servers that are one cluster. */
  readonly servers: number;
  /** Processors of each; what it does for one stream before it is kept takes one of them at most. */
  readonly serverProcessors: number;
  /** Servers that hold each stream. */
  readonly replicas: number;
  /**
   * Sites with a leaf node that mirrors the streams, among which the relays are divided; 0 when all
   * relays read from the cluster itself.
   */
  readonly leafSites: number;
  /** What a network interface carries, Mbit/s, each way. */
  readonly linkMbps: number;
  /** From a relay to the server that leads its stream, one way, milliseconds. */
  readonly natsDelayMs: number;
  /** From server to server, one way, milliseconds. */
  readonly serverDelayMs: number;
}

/** A small deployment in one place. */
export const SMALL_DEPLOYMENT: Deployment = {
  messagesPerSecond: 200,
  bytes: 256,
  senders: 60,
  receivers: 600,
  streams: 1,
  relays: 3,
  servers: 1,
  serverProcessors: 4,
  replicas: 1,
  leafSites: 0,
  linkMbps: 1_000,
  natsDelayMs: 0.1,
  serverDelayMs: 0.1,
};

/** How one stream and its relays share what a deployment does. */
export interface StreamShare {
  /** Messages a second in a stream. */
  readonly messagesPerSecond: number;
  /** Relays that read the stream. */
  readonly relays: number;
  /** Streams that a relay serves; a fraction never is below 1. */
  readonly streamsPerRelay: number;
  /** Receivers of the stream at each of its relays. */
  readonly receiversPerRelay: number;
  /** Streams that the busiest server leads. */
  readonly streamsLed: number;
  /** Those that read the stream from the cluster itself: its relays, or its leaf nodes. */
  readonly readers: number;
}

/** Works out what a stream has. */
export function streamShare(deployment: Deployment): StreamShare {
  const { streams, relays, servers, leafSites } = deployment;
  const relaysPerStream = Math.max(1, relays / streams);
  return {
    messagesPerSecond: deployment.messagesPerSecond / streams,
    relays: relaysPerStream,
    streamsPerRelay: Math.max(1, streams / relays),
    receiversPerRelay: deployment.receivers / streams / relaysPerStream,
    streamsLed: Math.ceil(streams / servers),
    readers: leafSites === 0 ? relaysPerStream : Math.min(leafSites, relaysPerStream),
  };
}
