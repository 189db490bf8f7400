import { type Deployment, type StreamShare, streamShare } from "./deployment.ts";
import type { UnitCosts } from "./unit_costs.ts";
import { clientWireBytes, natsWireBytes } from "./wire_sizes.ts";

const BYTES_PER_KIB = 1024;
const MICROS_PER_MS = 1e3;
const MICROS_PER_SECOND = 1e6;
const MS_PER_SECOND = 1e3;

/** What can be the limit. */
export const RESOURCES = [
  "relay processor",
  "NATS processor",
  "relay network",
  "NATS network",
  "senders' turns",
] as const;

/** One of `RESOURCES`. */
export type Resource = typeof RESOURCES[number];

/** What a deployment uses. */
export interface Estimate {
  /** Processor time that a relay needs for a message that it takes, microseconds. */
  readonly ingestUs: number;
  /** And for each message of the stream, whoever took it, with all copies. */
  readonly spreadUs: number;
  /** The part of it that is for the copies. */
  readonly copiesUs: number;
  /** Of the server that leads a stream, until a message of it is kept: one after the other. */
  readonly keepUs: number;
  /** The same with handing it out, which several processors can share. */
  readonly leadUs: number;
  /** Mbit/s. */
  readonly relayOutMbps: number;
  /** What the busiest server sends, Mbit/s. */
  readonly natsOutMbps: number;
  /** What leaves the cluster for one leaf site, Mbit/s; 0 without any. */
  readonly siteMbps: number;
  /** From publishing a message to when the sender's next one is published, milliseconds. */
  readonly turnMs: number;
  /** Used, of one processor, those of a server, of the link, or of the time between messages of a sender: 1 is all. */
  readonly used: Readonly<Record<Resource, number>>;
  readonly bottleneck: Resource;
  /** Messages a second at which the bottleneck would be used up. */
  readonly limitPerSecond: number;
}

/**
 * Works out what a deployment uses on average. What a queue adds is for `simulateStream`.
 *
 * @param deployment What is modelled.
 * @param costs What pieces of work cost.
 */
export function estimate(deployment: Deployment, costs: UnitCosts): Estimate {
  const share = streamShare(deployment);
  const { messagesPerSecond, relays, senders, linkMbps, serverProcessors } = deployment;
  const relay = relayWork(deployment, costs, share);
  const server = serverWork(deployment, costs, share);
  const traffic = networkTraffic(deployment, share);
  const turnMs = 2 * deployment.natsDelayMs + followMs(deployment, costs) +
    (relay.ingestUs + server.keepUs) / MICROS_PER_MS;
  const relayUsPerSecond = messagesPerSecond / relays * relay.ingestUs +
    share.messagesPerSecond * share.streamsPerRelay * relay.spreadUs;
  const serverUsPerSecond = share.messagesPerSecond *
    Math.max(server.keepUs, server.allUs / serverProcessors);
  const used = {
    "relay processor": relayUsPerSecond / MICROS_PER_SECOND,
    "NATS processor": serverUsPerSecond / MICROS_PER_SECOND,
    "relay network": traffic.relayOutMbps / linkMbps,
    "NATS network": traffic.natsOutMbps / linkMbps,
    "senders' turns": messagesPerSecond / senders * turnMs / MS_PER_SECOND,
  };
  const bottleneck = RESOURCES.reduce((most, one) => used[one] > used[most] ? one : most);
  const limitPerSecond = messagesPerSecond / used[bottleneck];
  const { keepUs, leadUs } = server;
  return { ...relay, keepUs, leadUs, turnMs, ...traffic, used, bottleneck, limitPerSecond };
}

/**
 * How long the server that leads a stream waits for the others that hold it, milliseconds: the answer
 * of a majority of them, whose work goes on side by side.
 */
export function followMs({ replicas, serverDelayMs }: Deployment, costs: UnitCosts): number {
  const workUs = costs.wakeUpUs + costs.followUs;
  return replicas === 1 ? 0 : 2 * serverDelayMs + workUs / MICROS_PER_MS;
}

function relayWork(
  { bytes }: Deployment,
  costs: UnitCosts,
  { receiversPerRelay }: StreamShare,
): Pick<Estimate, "ingestUs" | "copiesUs" | "spreadUs"> {
  const kib = bytes / BYTES_PER_KIB;
  const copiesUs = receiversPerRelay * (costs.deliverUs + costs.deliverKibUs * kib);
  return {
    ingestUs: costs.ingestUs + costs.relayKibUs * kib,
    copiesUs,
    spreadUs: costs.consumeUs + costs.relayKibUs * kib + copiesUs,
  };
}

/** For each message of a stream; `allUs` of the busiest server, with its other streams. */
function serverWork(
  { streams, servers, replicas }: Deployment,
  costs: UnitCosts,
  { readers, streamsLed }: StreamShare,
): Pick<Estimate, "keepUs" | "leadUs"> & { readonly allUs: number } {
  const keepUs = costs.storeUs + (replicas - 1) * costs.replicateUs;
  const leadUs = keepUs + readers * costs.feedUs;
  // Copies of streams are spread evenly; those that the busiest server does not lead, it follows.
  const followed = Math.max(0, streams * replicas / servers - streamsLed);
  return { keepUs, leadUs, allUs: streamsLed * leadUs + followed * costs.followUs };
}

function networkTraffic(
  { messagesPerSecond, bytes, streams, relays, replicas, leafSites }: Deployment,
  share: StreamShare,
): Pick<Estimate, "relayOutMbps" | "natsOutMbps" | "siteMbps"> {
  const { readers, streamsLed, streamsPerRelay, receiversPerRelay } = share;
  const copies = share.messagesPerSecond * streamsPerRelay * receiversPerRelay;
  const streamMbps = megabits(share.messagesPerSecond * natsWireBytes(bytes));
  return {
    relayOutMbps: megabits(
      copies * clientWireBytes(bytes) + messagesPerSecond / relays * natsWireBytes(bytes),
    ),
    natsOutMbps: streamMbps * streamsLed * (readers + replicas - 1),
    siteMbps: leafSites === 0 ? 0 : streamMbps * streams * readers / leafSites,
  };
}

function megabits(bytesPerSecond: number): number {
  return bytesPerSecond * 8 / 1e6;
}
