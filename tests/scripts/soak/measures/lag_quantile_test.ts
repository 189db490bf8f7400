import { assertEquals } from "@std/assert";
import { lagQuantile } from "../../../../scripts/soak/measures/lag_quantile.ts";

function buckets(...counts: readonly number[]): { upToSeconds: number; count: number }[] {
  const bounds = [0.001, 0.01, 0.1, Infinity];
  return counts.map((count, index) => ({ upToSeconds: bounds[index] ?? NaN, count }));
}

const rows = [
  { name: "nothing measured", counts: [0, 0, 0, 0], p99: NaN },
  { name: "all in the first bucket", counts: [100, 100, 100, 100], p99: 0.001 },
  { name: "the 99th of a hundred in the second", counts: [98, 99, 100, 100], p99: 0.01 },
  { name: "one more than a hundredth above", counts: [98, 98, 100, 100], p99: 0.1 },
  { name: "some past the last bound", counts: [90, 90, 98, 100], p99: Infinity },
  { name: "a single one", counts: [0, 0, 1, 1], p99: 0.1 },
];

for (const { name, counts, p99 } of rows) {
  Deno.test(`lagQuantile() reads the p99 with ${name}`, () => {
    assertEquals(lagQuantile(buckets(...counts), 0.99), p99);
  });
}
