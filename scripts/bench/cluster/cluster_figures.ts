/** A number that a measurement of a cluster may give. */
export interface ClusterFigure {
  /** Above its column. */
  readonly title: string;
  readonly decimals: number;
}

/**
 * All that is measured, in the order of the columns. Processor time is user and system time of all
 * threads of a process, over the measured time only.
 */
export const CLUSTER_FIGURES = {
  messages_per_second: { title: "msg/s", decimals: 0 },
  deliveries_per_second: { title: "deliv/s", decimals: 0 },
  relay_1_cpu_us_per_message: { title: "relay 1", decimals: 0 },
  relay_2_cpu_us_per_message: { title: "relay 2", decimals: 0 },
  relay_3_cpu_us_per_message: { title: "relay 3", decimals: 0 },
  nats_cpu_us_per_message: { title: "NATS", decimals: 0 },
  nats_busiest_cpu_us_per_message: { title: "busiest", decimals: 0 },
  relays_cpu_us_per_delivery: { title: "us/deliv", decimals: 1 },
  relay_busiest_cpu_percent: { title: "relay CPU%", decimals: 0 },
  generator_cpu_percent: { title: "load CPU%", decimals: 0 },
  latency_p50_ms: { title: "p50 ms", decimals: 2 },
  latency_p99_ms: { title: "p99 ms", decimals: 2 },
  lost: { title: "lost", decimals: 0 },
  relay_rss_mib: { title: "relay MiB", decimals: 0 },
  nats_rss_mib: { title: "NATS MiB", decimals: 0 },
} as const satisfies Record<string, ClusterFigure>;

/** Name of a number in JSON. */
export type ClusterFigureName = keyof typeof CLUSTER_FIGURES;

/** Every name, in the order of the columns. */
export const CLUSTER_FIGURE_NAMES = Object.keys(CLUSTER_FIGURES).filter(isClusterFigureName);

/** What one measurement gave; what does not apply, or can't be read here, is left out. */
export type ClusterFigures = Readonly<Partial<Record<ClusterFigureName, number>>>;

/** Whether a word is the name of a figure. */
export function isClusterFigureName(word: string): word is ClusterFigureName {
  return Object.hasOwn(CLUSTER_FIGURES, word);
}
