/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import type uPlot from "uplot";
import { axisSteps } from "./axis_steps.ts";
import type { ChartSeries } from "./chart_series.ts";
import { formatTimeOfDay } from "../format_time.ts";
import { LINE_STYLES } from "./line_styles.ts";
import { HISTORY_MS } from "./traffic_history.ts";

const FONT = "11px system-ui, sans-serif";
const Y_AXIS_PIXELS = 56;
const X_AXIS_PIXELS = 24;

/** The axis of a server that has just started. */
const SHORTEST_CHART_SECONDS = 60;

/**
 * How a chart is drawn.
 *
 * @param host The element that it is drawn in; its style gives the colours.
 * @param series The lines.
 * @param format Writes a value.
 * @param onPoint Told the time that is pointed at, Unix milliseconds.
 */
export function chartOptions(
  host: Element,
  series: readonly ChartSeries[],
  format: (value: number) => string,
  onPoint: (timeMs: number | undefined) => void,
): uPlot.Options {
  const style = getComputedStyle(host);
  const colour = (name: string) => style.getPropertyValue(name);
  const axis = {
    font: FONT,
    stroke: colour("--dim"),
    grid: { stroke: colour("--grid"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: host.clientWidth,
    height: host.clientHeight,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false, setScale: false } },
    // To the right there is room for half a time of day.
    padding: [8, 28, 0, 0],
    scales: {
      x: { time: true, range: (_plot, from, to) => [startOfChart(from, to), to] },
      y: { range: (_plot, _from, to) => [0, Math.max(1, to * 1.1)] },
    },
    axes: [
      { ...axis, size: X_AXIS_PIXELS, space: 64, values: writeTimes },
      {
        ...axis,
        size: Y_AXIS_PIXELS,
        incrs: axisSteps(format),
        values: (_plot, values) => values.map(format),
      },
    ],
    series: [{}, ...series.map((_line, index) => lineOptions(index, colour))],
    hooks: { setCursor: [(plot) => onPoint(pointedMs(plot))] },
  };
}

function lineOptions(index: number, colour: (name: string) => string): uPlot.Series {
  const style = LINE_STYLES[index];
  if (style === undefined) return {};
  const { dashes } = style;
  return { stroke: colour(style.colour), width: 1.5, dash: dashes, points: { show: false } };
}

/** Where the time axis begins: 15 minutes ago, or with a server that has not run for as long. */
function startOfChart(firstSeconds: number, lastSeconds: number): number {
  const longest = lastSeconds - HISTORY_MS / 1_000;
  return Math.max(longest, Math.min(firstSeconds, lastSeconds - SHORTEST_CHART_SECONDS));
}

/** Seconds only where marks are closer together than a minute. */
function writeTimes(
  _plot: uPlot,
  times: readonly number[],
  _axis: number,
  _space: number,
  stepSeconds: number,
): string[] {
  const characters = stepSeconds < 60 ? "12:34:56".length : "12:34".length;
  return times.map((seconds) => formatTimeOfDay(seconds * 1_000).slice(0, characters));
}

function pointedMs({ cursor, data }: uPlot): number | undefined {
  if (cursor.idx === null || cursor.idx === undefined) return undefined;
  const seconds = data[0][cursor.idx];
  return seconds === undefined ? undefined : Math.round(seconds * 1_000);
}
