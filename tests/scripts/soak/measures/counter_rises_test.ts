import { assertEquals } from "@std/assert";
import { CounterRises } from "../../../../scripts/soak/measures/counter_rises.ts";
import { readMetrics } from "../../../../scripts/soak/measures/metrics_text.ts";

function risesOf(from: "zero" | "first values", ...values: readonly string[]): [string, number][] {
  const rises = new CounterRises(from);
  for (const lines of values) {
    rises.take(readMetrics(`# TYPE a counter\n# TYPE g gauge\ng 7\n${lines}\n`));
  }
  return [...rises.rises];
}

Deno.test("CounterRises counts from 0 or from the first values, and passes over gauges", () => {
  assertEquals(risesOf("zero", "a 3", "a 5"), [["a", 5]]);
  assertEquals(risesOf("first values", "a 3", "a 5"), [["a", 2]]);
});

Deno.test("CounterRises counts on when a counter begins anew", () => {
  assertEquals(risesOf("first values", "a 3", "a 5", "a 1", "a 2"), [["a", 4]]);
});

Deno.test("CounterRises counts a series that appears later from 0", () => {
  assertEquals(risesOf("first values", 'a{b="1"} 3', 'a{b="1"} 3\na{b="2"} 4'), [
    ['a{b="1"}', 0],
    ['a{b="2"}', 4],
  ]);
});
