import { Counter, Gauge, type Registry } from "prom-client";
import { statisticAt, type StatisticsTree } from "../../observe/statistics_tree.ts";
import {
  type MetricName,
  metricOptions,
  METRICS,
  type MetricSources,
} from "./metrics_catalogue.ts";

/** Sets a metric to what a server's counters say. */
type Feed = (tree: StatisticsTree) => void;

/** One series of a metric: its value of the label, if it has one, and where its number stands. */
type Series = readonly [labels: Readonly<Record<string, string>>, path: string];

/** The metrics of a registry that follow a server's counters. */
export class StatisticsMetrics {
  readonly #feeds: readonly Feed[];

  /** @param sources Which metrics, and of which counters. @param registry Gets them. */
  constructor(sources: MetricSources, registry: Registry) {
    // Checked: `MetricSources` has no other keys.
    const names = Object.keys(sources) as MetricName[];
    this.#feeds = names.map((name) => addMetric(name, sources[name], registry));
  }

  /** Takes over all counters of one moment. */
  update(tree: StatisticsTree): void {
    for (const feed of this.#feeds) feed(tree);
  }
}

function addMetric(name: MetricName, source: MetricSources[MetricName], registry: Registry): Feed {
  const options = metricOptions(name, registry);
  const series = seriesOf(source, options.labelNames);
  if (METRICS[name].type === "gauge") {
    const gauge = new Gauge(options);
    return (tree) => series.forEach(([labels, path]) => gauge.set(labels, statisticAt(tree, path)));
  }
  const counter = new Counter(options);
  return (tree) => {
    // The client library has no `set` for counters: its own come about by counting.
    counter.reset();
    for (const [labels, path] of series) counter.inc(labels, statisticAt(tree, path));
  };
}

function seriesOf(
  source: MetricSources[MetricName] = {},
  [label = ""]: readonly string[],
): Series[] {
  if (typeof source === "string") return [[{}, source]];
  return Object.entries(source).map(([value, path]) => [{ [label]: value }, path]);
}
