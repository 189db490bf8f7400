import { assertEquals } from "@std/assert";
import { median, percentile } from "../../../scripts/bench/statistics.ts";

Deno.test("median() is the value in the middle, or the mean of two", () => {
  assertEquals(median([3, 1, 2]), 2);
  assertEquals(median([10, 1, 2, 3]), 2.5);
  assertEquals(median([7]), 7);
  assertEquals(median([]), NaN);
});

Deno.test("median() leaves its list as it is", () => {
  const values = [3, 1, 2];
  median(values);
  assertEquals(values, [3, 1, 2]);
});

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);

for (
  const { share, sorted, value } of [
    { share: 0.5, sorted: hundred, value: 50 },
    { share: 0.99, sorted: hundred, value: 99 },
    { share: 1, sorted: hundred, value: 100 },
    { share: 0, sorted: hundred, value: 1 },
    { share: 0.99, sorted: [4], value: 4 },
    { share: 0.5, sorted: [], value: NaN },
  ]
) {
  Deno.test(`percentile() of ${sorted.length} values gives ${value} at ${share}`, () => {
    assertEquals(percentile(sorted, share), value);
  });
}
