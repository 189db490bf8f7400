import { Counter, Gauge, type Registry } from "prom-client";
import { metricOptions } from "./metrics_catalogue.ts";

/** What the process says of itself. */
export interface ProcessProfile {
  readonly kind: "relay" | "direct";
  /** Version of hushcast. */
  readonly version: string;
  /** What runs it, such as `Deno 2.9.6`. */
  readonly runtime: string;
  /** When it started, Unix milliseconds. */
  readonly startedUnixMs: number;
  /** Processor time used so far, seconds; asked for at each reading. */
  readonly processCpuSeconds: () => number;
}

/**
 * Adds the metrics about the process to a registry, under the names that every Prometheus client
 * library gives them.
 *
 * @param profile What they say.
 * @param registry Gets them.
 */
export function addProcessMetrics(profile: ProcessProfile, registry: Registry): void {
  const { kind, version, runtime, startedUnixMs, processCpuSeconds } = profile;
  new Gauge(metricOptions("hushcast_build_info", registry)).set({ version, runtime, kind }, 1);
  new Gauge(metricOptions("process_start_time_seconds", registry)).set(startedUnixMs / 1000);
  new Counter({
    ...metricOptions("process_cpu_seconds_total", registry),
    collect() {
      this.reset();
      this.inc(processCpuSeconds());
    },
  });
}
