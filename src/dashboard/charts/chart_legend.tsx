/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type { ChartProps } from "./chart_props.ts";
import { LINE_STYLES } from "./line_styles.ts";

/** The legend's properties. */
export interface ChartLegendProps extends ChartProps {
  /** The time that is pointed at in the chart, Unix milliseconds. */
  readonly pointedMs: number | undefined;
}

/** Names each line with its value: the newest one, or the one that is pointed at. */
export function ChartLegend({ title, series, points, format, pointedMs }: ChartLegendProps) {
  const point = points.find(({ time_ms }) => time_ms === pointedMs) ?? points.at(-1);
  if (point === undefined) return null;
  if (series.length === 0) return <p class="legend-none">None in the last 15 minutes</p>;
  return (
    <ul class="legend" aria-label={`Legend of ${title}`}>
      {series.map(({ name, valueOf }, index) => (
        <li key={name}>
          <Swatch index={index} />
          {name} <span class="value">{format(valueOf(point))}</span>/s
        </li>
      ))}
    </ul>
  );
}

function Swatch({ index }: { index: number }) {
  const dashes = LINE_STYLES[index]?.dashes.join(" ");
  return (
    <svg class={`swatch series-${index + 1}`} viewBox="0 0 20 4" aria-hidden="true">
      <line x1="0" y1="2" x2="20" y2="2" stroke-dasharray={dashes} />
    </svg>
  );
}
