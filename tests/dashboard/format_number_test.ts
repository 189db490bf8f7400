import { assertEquals } from "@std/assert";
import {
  countOf,
  formatBytes,
  formatCount,
  formatRate,
} from "../../src/dashboard/format_number.ts";

const CASES: readonly [(value: number) => string, number, string][] = [
  [formatCount, 0, "0"],
  [formatCount, 1_234_567, "1,234,567"],
  [formatRate, 0, "0"],
  [formatRate, 0.04, "<0.1"],
  [formatRate, 0.44, "0.4"],
  [formatRate, 9.94, "9.9"],
  [formatRate, 9.96, "10"],
  [formatRate, 12_345.6, "12,346"],
  [formatBytes, 0, "0 B"],
  [formatBytes, 999.4, "999 B"],
  [formatBytes, 999.6, "1.0 kB"],
  [formatBytes, 12_345, "12 kB"],
  [formatBytes, 999_600, "1.0 MB"],
  [formatBytes, 3.4e9, "3.4 GB"],
  [formatBytes, 3.4e16, "34,000 TB"],
];

for (const [format, value, text] of CASES) {
  Deno.test(`${format.name}() writes ${value} as ${text}`, () => {
    assertEquals(format(value), text);
  });
}

Deno.test("countOf() writes one and many", () => {
  const texts = [0, 1, 1_234].map((count) => countOf(count, "client"));
  assertEquals(texts, ["0 clients", "1 client", "1,234 clients"]);
});
