import { Histogram, Registry } from "prom-client";
import { RSA_OPERATIONS, type RsaOperation } from "../../observe/rsa_meter.ts";
import type { StatisticsTree } from "../../observe/statistics_tree.ts";
import { metricOptions } from "./metrics_catalogue.ts";
import { DIRECT_METRIC_SOURCES } from "./metrics_direct.ts";
import { addProcessMetrics, type ProcessProfile } from "./metrics_process.ts";
import { RELAY_METRIC_SOURCES } from "./metrics_relay.ts";
import { StatisticsMetrics } from "./metrics_statistics.ts";

/** RSA takes 2.5 ms (2048 bits) or 15 ms (4096 bits) on an idle machine, and longer on a busy one. */
const RSA_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1];

/** Timers are up to a few milliseconds late anyway; from 100 ms on people notice. */
const LAG_BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The metrics that a kind of server has from its counters, and the RSA operations that it does. */
const KINDS = {
  relay: { sources: RELAY_METRIC_SOURCES, operations: ["decrypt"] },
  direct: { sources: DIRECT_METRIC_SOURCES, operations: RSA_OPERATIONS },
} as const;

/** Whose metrics they are. */
export interface MetricsOptions extends ProcessProfile {
  /** The counters of the server, as `get_stats` shows them. */
  readonly statistics: () => StatisticsTree;
}

/** What a server shows at `/metrics`, for Prometheus and whatever reads its text format. */
export class Metrics {
  // Of its own: the library's global registry would be shared by all servers of a process.
  readonly #registry = new Registry();
  readonly #statistics: () => StatisticsTree;
  readonly #fromStatistics: StatisticsMetrics;
  readonly #rsaTimes: Histogram;
  readonly #lags: Histogram;

  /** @param options Whose metrics they are. */
  constructor(options: MetricsOptions) {
    const { sources, operations } = KINDS[options.kind];
    this.#statistics = options.statistics;
    this.#fromStatistics = new StatisticsMetrics(sources, this.#registry);
    this.#rsaTimes = new Histogram({
      ...metricOptions("hushcast_rsa_operation_duration_seconds", this.#registry),
      buckets: RSA_BUCKETS_SECONDS,
    });
    // There from the start, so that the first operation shows as a rise and not as a new series.
    for (const operation of operations) this.#rsaTimes.zero({ operation });
    this.#lags = new Histogram({
      ...metricOptions("hushcast_event_loop_lag_seconds", this.#registry),
      buckets: LAG_BUCKETS_SECONDS,
    });
    addProcessMetrics(options, this.#registry);
  }

  /** The `Content-Type` of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /**
   * All metrics as they are now, in the text format of Prometheus.
   *
   * @throws What `statistics` throws.
   */
  async text(): Promise<string> {
    this.#fromStatistics.update(this.#statistics());
    return await this.#registry.metrics();
  }

  /**
   * Takes note of how long an RSA operation took.
   *
   * @param seconds From its start to its result.
   * @param operation Which it was.
   */
  observeRsa(seconds: number, operation: RsaOperation = "decrypt"): void {
    this.#rsaTimes.observe({ operation }, seconds);
  }

  /**
   * Takes note of how late a timer ran.
   *
   * @param seconds How late.
   */
  observeLag(seconds: number): void {
    this.#lags.observe(seconds);
  }
}
