/** A number that a measurement of being watched may give. */
export interface HttpFigure {
  /** Above its column. */
  readonly title: string;
  readonly decimals: number;
  /** Whether the difference of two settings says something. */
  readonly isCompared: boolean;
}

/**
 * All that is measured, in the order of the columns. Processor time is user and system time of all
 * threads of a process, over the measured time only.
 */
export const HTTP_FIGURES = {
  cpu_percent: { title: "CPU %", decimals: 2, isCompared: true },
  rss_mib: { title: "RSS MiB", decimals: 1, isCompared: true },
  cpu_ms_per_scrape: { title: "CPU ms/scrape", decimals: 2, isCompared: false },
  wall_ms_per_scrape: { title: "wall ms/scrape", decimals: 2, isCompared: false },
  kilobytes_per_scrape: { title: "kB/scrape", decimals: 1, isCompared: false },
  cpu_ms_per_second: { title: "CPU ms/s", decimals: 2, isCompared: true },
  cpu_ms_per_update: { title: "CPU ms/update", decimals: 2, isCompared: true },
  kilobytes_per_second: { title: "kB/s", decimals: 1, isCompared: false },
  kilobytes_per_update: { title: "kB/update", decimals: 1, isCompared: false },
  clients_per_update: { title: "clients/update", decimals: 0, isCompared: false },
  main_thread_ms_per_second: { title: "main thread ms/s", decimals: 1, isCompared: false },
} as const satisfies Record<string, HttpFigure>;

/** Name of a number in JSON. */
export type HttpFigureName = keyof typeof HTTP_FIGURES;

/** Every name, in the order of the columns. */
export const HTTP_FIGURE_NAMES = Object.keys(HTTP_FIGURES).filter(isHttpFigureName);

/** What one measurement gave; what does not apply, or can't be read here, is left out. */
export type HttpFigures = Readonly<Partial<Record<HttpFigureName, number>>>;

/** Whether a word is the name of a figure. */
export function isHttpFigureName(word: string): word is HttpFigureName {
  return Object.hasOwn(HTTP_FIGURES, word);
}

/**
 * Makes figures one by one.
 *
 * @param valueOf Gives a figure; `undefined` leaves it out.
 */
export function pickHttpFigures(
  valueOf: (name: HttpFigureName) => number | undefined,
): HttpFigures {
  const figures: Partial<Record<HttpFigureName, number>> = {};
  for (const name of HTTP_FIGURE_NAMES) {
    const value = valueOf(name);
    if (value !== undefined) figures[name] = value;
  }
  return figures;
}
