import type { TrafficPoint } from "../../watch/traffic_point.ts";
import type { ChartSeries } from "./chart_series.ts";

/** Times in Unix seconds, then a column of values for each line; `null` is a gap. */
export type ChartColumns = [number[], ...(number | null)[][]];

/** Points further apart than this have a gap between them, and no line across it. */
const GAP_MS = 5_000;

/**
 * Lays points out as a chart wants them.
 *
 * @param points The points, the oldest first.
 * @param series The lines.
 */
export function chartColumns(
  points: readonly TrafficPoint[],
  series: readonly ChartSeries[],
): ChartColumns {
  const slots = withGaps(points);
  return [
    slots.map(({ timeMs }) => timeMs / 1_000),
    ...series.map(({ valueOf }) =>
      slots.map(({ point }) => point === undefined ? null : valueOf(point))
    ),
  ];
}

interface Slot {
  readonly timeMs: number;
  readonly point?: TrafficPoint;
}

function withGaps(points: readonly TrafficPoint[]): Slot[] {
  return points.flatMap((point, index) => {
    const slot: Slot = { timeMs: point.time_ms, point };
    const before = points[index - 1]?.time_ms;
    if (before === undefined || point.time_ms - before <= GAP_MS) return [slot];
    return [{ timeMs: before + 1_000 }, slot];
  });
}
