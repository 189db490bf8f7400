import type { Figures } from "../figures.ts";
import { type ProcessUsage, processUsage } from "../process_usage.ts";
import { percentile } from "../statistics.ts";

const BYTES_PER_MIB = 1024 * 1024;

/** What relay and generator had used at a moment. */
export interface UsageReading {
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** `undefined` where the system does not tell. */
  readonly relay: ProcessUsage | undefined;
  readonly generator: ProcessUsage | undefined;
}

/** What was used between two readings. */
export interface UsageSpan {
  readonly seconds: number;
  /** Microseconds of the relay; `undefined` where the system does not tell. */
  readonly relayCpuMicros: number | undefined;
  /** Processor time of relay and generator, and the relay's peak of memory. */
  readonly figures: Figures;
}

/** Reads what is used now. @param relayPid Process of the relay. */
export function readUsage(relayPid: number): UsageReading {
  const [relay, generator] = [relayPid, Deno.pid].map((pid) => processUsage(pid));
  return { atMs: performance.now(), relay, generator };
}

/** What was used from one reading to a later one. */
export function usageBetween(begin: UsageReading, end: UsageReading): UsageSpan {
  const seconds = (end.atMs - begin.atMs) / 1000;
  const relayCpuMicros = spent(begin.relay, end.relay);
  const generatorCpuMicros = spent(begin.generator, end.generator);
  const percent = (micros: number) => micros / seconds / 10_000;
  return {
    seconds,
    relayCpuMicros,
    figures: {
      ...relayCpuMicros === undefined ? {} : { relay_cpu_percent: percent(relayCpuMicros) },
      ...generatorCpuMicros === undefined
        ? {}
        : { generator_cpu_percent: percent(generatorCpuMicros) },
      ...end.relay === undefined ? {} : { peak_rss_mib: end.relay.peakRssBytes / BYTES_PER_MIB },
    },
  };
}

/**
 * Throughput, and the relay's time for each, of what was done between two readings.
 *
 * @param span The time.
 * @param messages How many messages of the sender came through.
 * @param deliveries How many of them came to receivers.
 */
export function throughputFigures(
  { seconds, relayCpuMicros }: UsageSpan,
  messages: number,
  deliveries: number,
): Figures {
  return {
    messages_per_second: messages / seconds,
    deliveries_per_second: deliveries / seconds,
    ...relayCpuMicros === undefined || deliveries === 0 ? {} : {
      relay_cpu_us_per_message: relayCpuMicros / messages,
      relay_cpu_us_per_delivery: relayCpuMicros / deliveries,
    },
  };
}

/** Percentiles of latencies. @param latenciesMs In any order; none gives no figures. */
export function latencyFigures(latenciesMs: readonly number[]): Figures {
  if (latenciesMs.length === 0) return {};
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  return {
    latency_p50_ms: percentile(sorted, 0.5),
    latency_p99_ms: percentile(sorted, 0.99),
    latency_max_ms: percentile(sorted, 1),
  };
}

/** Memory that the relay has now. @param name What it is called. */
export function rssFigure(
  name: "rss_mib" | "empty_rss_mib",
  { relay }: UsageReading,
): Figures {
  return relay === undefined ? {} : { [name]: relay.rssBytes / BYTES_PER_MIB };
}

function spent(begin: ProcessUsage | undefined, end: ProcessUsage | undefined): number | undefined {
  return begin && end && end.cpuMicros - begin.cpuMicros;
}
