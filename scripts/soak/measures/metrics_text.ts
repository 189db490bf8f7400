/** A metric's samples at one moment, by name and labels as they are written there. */
export interface MetricsSnapshot {
  /** All samples. */
  readonly values: ReadonlyMap<string, number>;
  /** Names of those metrics that only grow: counters and histograms. */
  readonly growing: ReadonlySet<string>;
}

/** Ends of the names of a histogram's samples. */
const HISTOGRAM_PARTS = ["_bucket", "_sum", "_count"] as const;

/**
 * Reads the text format of Prometheus, as far as hushcast writes it: no time stamps.
 *
 * @param text The text.
 * @throws {Error} If a line is no sample.
 */
export function readMetrics(text: string): MetricsSnapshot {
  const values = new Map<string, number>();
  const growing = new Set<string>();
  for (const line of text.split("\n")) {
    if (line.startsWith("# TYPE ")) noteType(line, growing);
    if (line === "" || line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    const value = numberOf(line.slice(space + 1));
    if (space < 1 || Number.isNaN(value)) throw new Error(`Cannot read metrics: ${line}`);
    values.set(line.slice(0, space), value);
  }
  return { values, growing };
}

/** Name of the metric that a sample belongs to, without its labels. */
export function metricNameOf(sample: string): string {
  const brace = sample.indexOf("{");
  return brace < 0 ? sample : sample.slice(0, brace);
}

function noteType(line: string, growing: Set<string>): void {
  const [, , name = "", type] = line.split(" ");
  if (type === "counter") growing.add(name);
  if (type === "histogram") HISTOGRAM_PARTS.forEach((part) => growing.add(`${name}${part}`));
}

function numberOf(text: string): number {
  if (text === "+Inf") return Infinity;
  return text === "" ? NaN : Number(text);
}
