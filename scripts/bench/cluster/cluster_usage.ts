import { type ProcessUsage, processUsage } from "../process_usage.ts";
import type { ClusterFigureName, ClusterFigures } from "./cluster_figures.ts";
import type { ClusterJob } from "./cluster_job.ts";

const BYTES_PER_MIB = 1024 * 1024;

/** What all processes had used at a moment; `undefined` where the system does not tell. */
export interface ClusterUsage {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  readonly relays: readonly (ProcessUsage | undefined)[];
  readonly nats: readonly (ProcessUsage | undefined)[];
  readonly generator: ProcessUsage | undefined;
}

/** Reads what is used now. */
export function readClusterUsage({ relays, natsPids }: ClusterJob): ClusterUsage {
  return {
    relays: relays.map(({ pid }) => processUsage(pid)),
    nats: natsPids.map((pid) => processUsage(pid)),
    generator: processUsage(Deno.pid),
    atMs: performance.now(),
  };
}

/** What was done between two readings. */
export interface ClusterWork {
  readonly messages: number;
  /** Copies that the relays sent, those to senders included. */
  readonly copies: number;
}

const RELAY_FIGURES = [
  "relay_1_cpu_us_per_message",
  "relay_2_cpu_us_per_message",
  "relay_3_cpu_us_per_message",
] as const satisfies readonly ClusterFigureName[];

/**
 * What the work cost.
 *
 * @param begin The earlier reading.
 * @param end The later one.
 * @param work What was done between them.
 * @returns Figures; without those that the system does not tell.
 */
export function usageFigures(
  begin: ClusterUsage,
  end: ClusterUsage,
  { messages, copies }: ClusterWork,
): ClusterFigures {
  const figures: Partial<Record<ClusterFigureName, number>> = {};
  const percentOf = (micros: number) => micros / (end.atMs - begin.atMs) / 10;
  const relays = spent(begin.relays, end.relays);
  const nats = spent(begin.nats, end.nats);
  const [generator] = spent([begin.generator], [end.generator]);
  RELAY_FIGURES.forEach((name, index) => {
    const micros = relays[index];
    if (micros !== undefined) figures[name] = micros / messages;
  });
  if (nats.length > 0) figures.nats_cpu_us_per_message = sum(nats) / messages;
  if (nats.length > 1) figures.nats_busiest_cpu_us_per_message = Math.max(...nats) / messages;
  if (relays.length > 0) {
    figures.relays_cpu_us_per_delivery = sum(relays) / copies;
    figures.relay_busiest_cpu_percent = percentOf(Math.max(...relays));
    figures.relay_rss_mib = largestMib(end.relays);
  }
  if (nats.length > 0) figures.nats_rss_mib = largestMib(end.nats);
  if (generator !== undefined) figures.generator_cpu_percent = percentOf(generator);
  return figures;
}

type Readings = readonly (ProcessUsage | undefined)[];

/** Microseconds of each process; none when one can't be read. */
function spent(begin: Readings, end: Readings): number[] {
  const micros = end.flatMap((usage, index) => {
    const before = begin[index];
    return usage && before ? [usage.cpuMicros - before.cpuMicros] : [];
  });
  return micros.length === end.length ? micros : [];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function largestMib(readings: Readings): number {
  return Math.max(...readings.map((usage) => usage?.rssBytes ?? 0)) / BYTES_PER_MIB;
}
