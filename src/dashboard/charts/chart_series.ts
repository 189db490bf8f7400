import type { TrafficPoint } from "../../watch/traffic_point.ts";

/** One line of a chart. */
export interface ChartSeries {
  /** What the legend calls it. */
  readonly name: string;
  /** Its value at a point, a second. */
  readonly valueOf: (point: TrafficPoint) => number;
}

/** Messages each way. */
export const MESSAGE_SERIES: readonly ChartSeries[] = [
  { name: "In", valueOf: ({ messages_in }) => messages_in },
  { name: "Out", valueOf: ({ messages_out }) => messages_out },
];

/** Bytes of payload each way. */
export const BYTE_SERIES: readonly ChartSeries[] = [
  { name: "In", valueOf: ({ bytes_in }) => bytes_in },
  { name: "Out", valueOf: ({ bytes_out }) => bytes_out },
];

/** The most reasons for drops that have a line of their own. */
export const MAX_DROP_SERIES = 5;

/**
 * Picks the reasons for drops that a chart shows: those with the most drops, in the order of their
 * names so that they keep their colours, and all others as one.
 *
 * @param points What the chart shows.
 */
export function dropSeries(points: readonly TrafficPoint[]): readonly ChartSeries[] {
  const reasons = reasonsByDrops(points);
  const shown = reasons.slice(0, MAX_DROP_SERIES).toSorted();
  const others = reasons.slice(MAX_DROP_SERIES);
  const series = shown.map((reason) => ({
    name: reason.replaceAll("_", " "),
    valueOf: (point: TrafficPoint) => dropsOf(point, reason),
  }));
  if (others.length === 0) return series;
  const valueOf = (point: TrafficPoint) =>
    others.reduce((sum, reason) => sum + dropsOf(point, reason), 0);
  return [...series, { name: "all others", valueOf }];
}

function reasonsByDrops(points: readonly TrafficPoint[]): string[] {
  const sums = new Map<string, number>();
  for (const { drops } of points) {
    for (const [reason, count] of Object.entries(drops)) {
      sums.set(reason, (sums.get(reason) ?? 0) + count);
    }
  }
  return [...sums].filter(([, sum]) => sum > 0)
    .toSorted(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([reason]) => reason);
}

function dropsOf({ drops }: TrafficPoint, reason: string): number {
  return Object.hasOwn(drops, reason) ? drops[reason] ?? 0 : 0;
}
