import { assertEquals } from "@std/assert";
import { shortBytes, shortNumber, shortTime } from "../../../src/cli/top/top_numbers.ts";

const numbers: readonly [number, string][] = [
  [0, "0"],
  [-1, "0"],
  [NaN, "0"],
  [0.01, "<0.1"],
  [0.05, "0.1"],
  [1, "1.0"],
  [9.94, "9.9"],
  [9.95, "10"],
  [999.4, "999"],
  [999.5, "1.0k"],
  [12_340, "12.3k"],
  [99_949, "99.9k"],
  [99_951, "100k"],
  [999_499, "999k"],
  [999_500, "1.0M"],
  [5e9, "5.0G"],
  [5e12, "5.0T"],
  [5e15, "5.0P"],
  [5e20, "500000P"],
  [1e300, "999999P"],
  [Infinity, "999999P"],
];

for (const [value, text] of numbers) {
  Deno.test(`shortNumber() writes ${value} as ${text}`, () => {
    assertEquals(shortNumber(value), text);
  });
}

Deno.test("shortBytes() puts the prefix before the unit", () => {
  assertEquals([0, 740, 1_200, 35e6].map(shortBytes), ["0 B", "740 B", "1.2 kB", "35.0 MB"]);
});

const times: readonly [number, string][] = [
  [-5, "0s"],
  [999, "0s"],
  [59_999, "59s"],
  [60_000, "1m00s"],
  [3_599_999, "59m59s"],
  [3_600_000, "1h00m"],
  [86_399_999, "23h59m"],
  [86_400_000, "1d00h"],
  [1_000 * 86_400_000, "1000d00h"],
  [1e300, "99999d00h"],
  [Infinity, "99999d00h"],
];

for (const [timeMs, text] of times) {
  Deno.test(`shortTime() writes ${timeMs} ms as ${text}`, () => {
    assertEquals(shortTime(timeMs), text);
  });
}
