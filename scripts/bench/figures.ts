/** A number that a measurement may give. */
export interface Figure {
  /** Above its column. */
  readonly title: string;
  readonly decimals: number;
  /** Whether the ratio of two relays says something. */
  readonly isCompared: boolean;
}

/**
 * All that is measured, in the order of the columns. Processor time is user and system time of all
 * threads of the process, over the measured time only.
 */
export const FIGURES = {
  messages_per_second: { title: "msg/s", decimals: 0, isCompared: true },
  deliveries_per_second: { title: "deliv/s", decimals: 0, isCompared: true },
  registrations_per_second: { title: "regist/s", decimals: 0, isCompared: true },
  megabytes_per_second: { title: "MB/s", decimals: 2, isCompared: true },
  clients: { title: "clients", decimals: 0, isCompared: false },
  relay_cpu_us_per_message: { title: "CPU us/msg", decimals: 1, isCompared: true },
  relay_cpu_us_per_delivery: { title: "us/deliv", decimals: 2, isCompared: true },
  relay_cpu_us_per_registration: { title: "us/regist", decimals: 0, isCompared: true },
  relay_cpu_percent: { title: "relay CPU%", decimals: 0, isCompared: false },
  generator_cpu_percent: { title: "load CPU%", decimals: 0, isCompared: false },
  latency_p50_ms: { title: "p50 ms", decimals: 2, isCompared: true },
  latency_p99_ms: { title: "p99 ms", decimals: 2, isCompared: true },
  latency_max_ms: { title: "max ms", decimals: 2, isCompared: false },
  lost: { title: "lost", decimals: 0, isCompared: false },
  empty_rss_mib: { title: "empty MiB", decimals: 1, isCompared: false },
  rss_mib: { title: "RSS MiB", decimals: 1, isCompared: true },
  peak_rss_mib: { title: "peak MiB", decimals: 1, isCompared: true },
} as const satisfies Record<string, Figure>;

/** Name of a number in JSON. */
export type FigureName = keyof typeof FIGURES;

/** Every name, in the order of the columns. */
export const FIGURE_NAMES = Object.keys(FIGURES).filter(isFigureName);

/** What one measurement gave; what does not apply, or can't be read here, is left out. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>;

/** Whether a word is the name of a figure. */
export function isFigureName(word: string): word is FigureName {
  return Object.hasOwn(FIGURES, word);
}
