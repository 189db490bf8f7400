import type { MetricsWatch } from "./metrics_watch.ts";

/**
 * The counters of a server that a reader of the report wants to see.
 *
 * @param watch Its metrics.
 * @param samples Names of figures, and the sample that each is read from.
 * @returns Those of which there is a sample.
 */
export function counterFigures(
  watch: MetricsWatch,
  samples: Readonly<Record<string, string>>,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(samples).flatMap(([name, sample]) => {
      const value = watch.value(sample);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
