import type { MetricSamples } from "./metrics_text.ts";

/** A metric that an expression asks for, and the labels that it wants. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

/** `label="value"` or `label=~"value|value"`, as its single values. */
export interface Matcher {
  readonly label: string;
  readonly values: readonly string[];
}

const KEYWORDS = new Set(["and", "or", "unless", "offset", "bool", "inf", "nan"]);

/** Labels that Prometheus adds when it scrapes. */
const SCRAPE_LABELS = new Set(["job", "instance"]);

const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g;
const FUNCTION = /\b[a-zA-Z_]\w*\s*(?=\()/g;
const NAME = /(?<![\w:$"])([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?/g;
const MATCHER = /(\w+)\s*=(~?)\s*"([^"]*)"/g;

/**
 * Finds the metrics of an expression of PromQL: every name that is no function, keyword or label.
 *
 * @param expression The expression, with matchers by `=` and `=~` alone.
 */
export function selectorsOf(expression: string): Selector[] {
  const bare = expression.replaceAll(GROUPING, " ").replaceAll(/\[[^\]]*\]/g, " ");
  return Array.from(bare.replaceAll(FUNCTION, " ").matchAll(NAME))
    .filter(([, metric = ""]) => !KEYWORDS.has(metric))
    .map(([, metric = "", labels = ""]) => ({ metric, matchers: matchersOf(labels) }));
}

/**
 * What of an expression a server would never answer: names that it does not expose, and values of
 * labels that it does not have.
 *
 * @param expression The expression.
 * @param samples What servers expose, all kinds together.
 * @returns One line each.
 */
export function unknownTo(samples: MetricSamples, expression: string): string[] {
  const shown = [...samples.keys()].map(readSeries);
  return selectorsOf(expression).flatMap(({ metric, matchers }) => {
    // Prometheus makes this one itself.
    if (metric === "up") return [];
    const series = shown.filter((one) => one.metric === metric);
    if (series.length === 0) return [metric];
    return matchers.filter(({ label }) => !SCRAPE_LABELS.has(label)).flatMap(({ label, values }) =>
      values.filter((value) => {
        const pattern = new RegExp(`^(?:${value})$`);
        return !series.some(({ labels }) => pattern.test(labels.get(label) ?? ""));
      }).map((value) => `${metric}{${label}="${value}"}`)
    );
  });
}

function matchersOf(labels: string): Matcher[] {
  return Array.from(labels.matchAll(MATCHER), ([, label = "", isPattern, value = ""]) => ({
    label,
    values: isPattern === "~" ? value.split("|") : [value],
  }));
}

function readSeries(name: string): { metric: string; labels: ReadonlyMap<string, string> } {
  const brace = name.indexOf("{");
  const labels = brace === -1 ? "" : name.slice(brace);
  const pairs = Array.from(
    labels.matchAll(MATCHER),
    ([, label = "", , value = ""]) => [label, value] as const,
  );
  return { metric: brace === -1 ? name : name.slice(0, brace), labels: new Map(pairs) };
}
