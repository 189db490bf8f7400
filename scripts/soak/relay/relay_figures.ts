import { readUsage, usageBetween } from "../../bench/load/usage_meter.ts";
import { counterFigures } from "../measures/counter_figures.ts";
import type { DeliveryLedger } from "../measures/delivery_ledger.ts";
import type { MetricsWatch } from "../measures/metrics_watch.ts";
import { processorWaitMs } from "./processor_wait.ts";

const BYTES_PER_MIB = 1024 ** 2;

/** Counters of the relay that a reader of the report wants to see. */
const COUNTERS = {
  relay_registrations: 'hushcast_registrations_total{result="accepted"}',
  relay_moves: "hushcast_client_moves_total",
  relay_lost_sequences: "hushcast_lost_sequences_total",
  history_messages: "hushcast_history_messages",
} as const;

/**
 * Begins to measure a relay and its fleet.
 *
 * @param pid Process of the relay.
 * @param watch Its metrics.
 * @param ledger What was said and heard.
 * @returns Gives the figures from the beginning until it is called.
 */
export function relayFigures(
  pid: number,
  watch: MetricsWatch,
  ledger: DeliveryLedger,
): () => Record<string, number> {
  const begin = readUsage(pid);
  const beganWaitMs = processorWaitMs(pid);
  const beganWith = { accepted: ledger.acceptedCount, delivered: ledger.deliveredCount };
  return () => {
    const { seconds, figures } = usageBetween(begin, readUsage(pid));
    return {
      acknowledged_per_second: (ledger.acceptedCount - beganWith.accepted) / seconds,
      deliveries_per_second: (ledger.deliveredCount - beganWith.delivered) / seconds,
      relay_cpu_percent: figures.relay_cpu_percent ?? NaN,
      fleet_cpu_percent: figures.generator_cpu_percent ?? NaN,
      relay_rss_mib: watch.residentBytes / BYTES_PER_MIB,
      relay_peak_rss_mib: figures.peak_rss_mib ?? NaN,
      metrics_readings: watch.readings,
      slowest_reading_ms: watch.slowestMs,
      // When it is not near 0, others were at work on this machine, and the lag is theirs too.
      relay_waited_for_processor_percent: (processorWaitMs(pid) - beganWaitMs) / seconds / 10,
      ...counterFigures(watch, COUNTERS),
    };
  };
}
