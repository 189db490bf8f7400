/** The samples of a text of Prometheus, by name and labels as they are written there. */
export type MetricSamples = ReadonlyMap<string, number>;

/**
 * Reads what our own metrics look like, roughly: a line a sample, `name{labels} value`.
 *
 * @param text The text; `metrics_parser.ts` is for what must be exact.
 */
export function readSamples(text: string): MetricSamples {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const space = line.lastIndexOf(" ");
    return [line.slice(0, space), Number(line.slice(space + 1))];
  }));
}
