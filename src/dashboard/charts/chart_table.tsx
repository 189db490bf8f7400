/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ChartProps } from "./chart_props.ts";
import { formatTimeOfDay } from "../format_time.ts";
import { summariseSeries } from "./series_summary.ts";

/** What a chart shows, in figures. */
export function ChartTable({ title, series, points, format }: ChartProps) {
  const rows = series.flatMap((line) => summariseSeries(line, points) ?? []);
  if (rows.length === 0) return <p class="legend-none">None in the last 15 minutes</p>;
  return (
    <table class="figures">
      <caption class="visually-hidden">{title} a second, last 15 minutes</caption>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col">Now</th>
          <th scope="col">Mean</th>
          <th scope="col">Highest</th>
          <th scope="col">at</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, now, mean, highest, highestAtMs }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{format(now)}</td>
            <td>{format(mean)}</td>
            <td>{format(highest)}</td>
            <td>{formatTimeOfDay(highestAtMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
