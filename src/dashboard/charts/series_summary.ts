import type { TrafficPoint } from "../../watch/traffic_point.ts";
import type { ChartSeries } from "./chart_series.ts";

/** A line of a chart in figures, all of them a second. */
export interface SeriesSummary {
  readonly name: string;
  readonly now: number;
  readonly mean: number;
  readonly highest: number;
  /** When it was at its highest for the first time, Unix milliseconds of the server. */
  readonly highestAtMs: number;
}

/**
 * Sums a line up.
 *
 * @param series The line.
 * @param points What the chart shows, the oldest first.
 * @returns The figures, or `undefined` without any point.
 */
export function summariseSeries(
  { name, valueOf }: ChartSeries,
  points: readonly TrafficPoint[],
): SeriesSummary | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const highest = points.reduce((top, point) => valueOf(point) > valueOf(top) ? point : top);
  const sum = points.reduce((total, point) => total + valueOf(point), 0);
  return {
    name,
    now: valueOf(last),
    mean: sum / points.length,
    highest: valueOf(highest),
    highestAtMs: highest.time_ms,
  };
}
