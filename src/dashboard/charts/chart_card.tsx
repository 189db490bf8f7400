/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useId, useState } from "preact/hooks";
import { ChartLegend } from "./chart_legend.tsx";
import type { ChartProps } from "./chart_props.ts";
import { ChartTable } from "./chart_table.tsx";
import { formatTimeOfDay } from "../format_time.ts";
import { TrafficChart } from "./traffic_chart.tsx";

/** A chart with its legend, and its figures as a table for those who do not see it. */
export function ChartCard(props: ChartProps) {
  const { title, series, points, format } = props;
  const titleId = useId();
  const [pointedMs, pointAt] = useState<number>();
  return (
    <section class="panel chart-card" aria-labelledby={titleId}>
      <div class="panel-head">
        <h3 id={titleId}>
          {title} <span class="unit">a second</span>
        </h3>
        <ChartLegend {...props} pointedMs={pointedMs} />
      </div>
      <div class="chart-place">
        <TrafficChart {...props} onPoint={pointAt} />
        {pointedMs !== undefined && points.some(({ time_ms }) => time_ms === pointedMs) && (
          <p class="chart-time">at {formatTimeOfDay(pointedMs)}</p>
        )}
      </div>
      <details>
        <summary>{title} as a table</summary>
        <ChartTable title={title} series={series} points={points} format={format} />
      </details>
    </section>
  );
}
