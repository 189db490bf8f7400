import { assertEquals, assertThrows } from "@std/assert";
import { metricNameOf, readMetrics } from "../../../../scripts/soak/measures/metrics_text.ts";

Deno.test("readMetrics() reads samples, and knows which only grow", () => {
  const { values, growing } = readMetrics([
    "# HELP a What it is.",
    "# TYPE a counter",
    'a{x="with a space"} 1',
    "# TYPE h histogram",
    'h_bucket{le="+Inf"} 2e3',
    "h_sum 1.5",
    "h_count 2",
    "# TYPE g gauge",
    "g +Inf",
    "",
  ].join("\n"));
  assertEquals([...values], [
    ['a{x="with a space"}', 1],
    ['h_bucket{le="+Inf"}', 2000],
    ["h_sum", 1.5],
    ["h_count", 2],
    ["g", Infinity],
  ]);
  assertEquals([...growing], ["a", "h_bucket", "h_sum", "h_count"]);
});

for (const line of ["<html>", "a", "a ", " 1", "a one"]) {
  Deno.test(`readMetrics() rejects '${line}'`, () => {
    assertThrows(() => readMetrics(line), Error, "Cannot read metrics");
  });
}

Deno.test("metricNameOf() leaves labels out", () => {
  assertEquals(['a{b="c"}', "a"].map(metricNameOf), ["a", "a"]);
});
