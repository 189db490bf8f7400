import type { TrafficPoint } from "../../watch/traffic_point.ts";
import type { ChartSeries } from "./chart_series.ts";

/** What a chart shows. */
export interface ChartProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  /** The last 15 minutes, the oldest first. */
  readonly points: readonly TrafficPoint[];
  /** Writes a value, of which each is a second. */
  readonly format: (value: number) => string;
}
