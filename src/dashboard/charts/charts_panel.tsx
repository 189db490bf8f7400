/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { TrafficPoint } from "../../watch/traffic_point.ts";
import { ChartCard } from "./chart_card.tsx";
import { BYTE_SERIES, dropSeries, MESSAGE_SERIES } from "./chart_series.ts";
import { formatBytes, formatRate } from "../format_number.ts";

/** The charts of the last 15 minutes. */
export function ChartsPanel({ points }: { points: readonly TrafficPoint[] }) {
  return (
    <section aria-labelledby="charts-title">
      <h2 id="charts-title">Last 15 minutes</h2>
      <div class="charts">
        <ChartCard title="Messages" series={MESSAGE_SERIES} points={points} format={formatRate} />
        <ChartCard title="Bytes" series={BYTE_SERIES} points={points} format={formatBytes} />
        <ChartCard
          title="Drops by reason"
          series={dropSeries(points)}
          points={points}
          format={formatRate}
        />
      </div>
    </section>
  );
}
