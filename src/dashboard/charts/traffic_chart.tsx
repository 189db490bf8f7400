/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import type { ChartProps } from "./chart_props.ts";
import { chartColumns } from "./chart_columns.ts";
import { chartOptions } from "./chart_options.ts";
import { useColourScheme } from "../use_colour_scheme.ts";

/** The drawing's properties. */
export interface TrafficChartProps extends ChartProps {
  /** Told the time that is pointed at, Unix milliseconds; `undefined` when it is none. */
  readonly onPoint: (timeMs: number | undefined) => void;
}

/** A chart's drawing. */
export function TrafficChart({ title, series, points, format, onPoint }: TrafficChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const scheme = useColourScheme();
  const names = series.map(({ name }) => name).join();

  useEffect(() => {
    if (host.current === null) return;
    const element = host.current;
    const options = chartOptions(element, series, format, onPoint);
    const drawn = new uPlot(options, chartColumns(points, series), element);
    const observer = new ResizeObserver(() => drawn.setSize(sizeOf(element)));
    observer.observe(element);
    plot.current = drawn;
    return () => {
      observer.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [names, scheme]);

  useEffect(() => plot.current?.setData(chartColumns(points, series)), [points]);

  const label = `${title} over the last 15 minutes; the table below has it in figures`;
  return <div class="chart" role="img" aria-label={label} ref={host} />;
}

function sizeOf({ clientWidth, clientHeight }: Element): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}
