import { assertEquals, assertGreater } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { exposedSamples } from "../support/metrics_exposed.ts";
import { selectorsOf, unknownTo } from "../support/metrics_promql.ts";
import { promtool, promtoolTest } from "../support/metrics_promtool.ts";

const ALERTS = fileURLToPath(new URL("../../docs/prometheus/alerts.yml", import.meta.url));
const ALERTS_TEST = fileURLToPath(
  new URL("../../docs/prometheus/alerts_test.yml", import.meta.url),
);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

function readRules(): Rule[] {
  const file: { groups: { rules: Rule[] }[] } = parse(Deno.readTextFileSync(ALERTS));
  return file.groups.flatMap(({ rules }) => rules);
}

const selectors: readonly { expression: string; metrics: readonly string[] }[] = [
  { expression: "up == 0", metrics: ["up"] },
  { expression: 'a{reason=~"b|c"} > 1', metrics: ["a"] },
  { expression: "sum by (b, c) (rate(a_total[5m])) > 0.1", metrics: ["a_total"] },
  { expression: "histogram_quantile(0.5, sum by (le) (rate(a[$x])))", metrics: ["a"] },
  {
    expression: 'a / on (b) group_left (c) d offset 15m and e or f{g="h"}',
    metrics: [
      ..."adef",
    ],
  },
  { expression: 'time() - (a{b="c"} and on (b) d) * 1e3', metrics: ["a", "d"] },
];

for (const { expression, metrics } of selectors) {
  Deno.test(`selectorsOf() finds the metrics of ${expression}`, () => {
    assertEquals(selectorsOf(expression).map(({ metric }) => metric), metrics);
  });
}

Deno.test("unknownTo() finds names and values of labels that nobody exposes", async () => {
  const samples = await exposedSamples();
  const expression =
    'hushcast_client + rate(hushcast_drops_total{reason=~"stale|old|.+_full"}[5m])';
  assertEquals(unknownTo(samples, expression), [
    "hushcast_client",
    'hushcast_drops_total{reason="old"}',
  ]);
});

Deno.test("docs/prometheus/alerts.yml asks only for what servers expose", async () => {
  const samples = await exposedSamples();
  assertEquals(readRules().flatMap(({ expr }) => unknownTo(samples, expr)), []);
});

Deno.test("docs/prometheus/alerts.yml says of each alert how bad it is, and what to do", () => {
  const rules = readRules();
  assertGreater(rules.length, 10);
  const wrong = rules.filter(({ alert, labels, annotations }) =>
    !/^Hushcast[A-Z][A-Za-z]+$/.test(alert) ||
    !["info", "warning", "critical"].includes(labels["severity"] ?? "") ||
    (annotations["summary"] ?? "").length < 20 || !annotations["description"]?.endsWith(".")
  );
  assertEquals(wrong, []);
  assertEquals(new Set(rules.map(({ alert }) => alert)).size, rules.length, "names are unique");
});

Deno.test("docs/prometheus/alerts_test.yml shows every alert at work", () => {
  const file: { tests: { name: string }[] } = parse(Deno.readTextFileSync(ALERTS_TEST));
  const shown = new Set(file.tests.map(({ name }) => name));
  assertEquals(readRules().filter(({ alert }) => !shown.has(alert)), []);
});

promtoolTest("docs/prometheus/alerts.yml passes promtool check rules", async () => {
  const { code, output } = await promtool(["check", "rules", "--lint-fatal", ALERTS]);
  assertEquals(code, 0, output);
});

promtoolTest("docs/prometheus/alerts_test.yml passes promtool test rules", async () => {
  const { code, output } = await promtool(["test", "rules", ALERTS_TEST]);
  assertEquals(code, 0, output);
});
