import { assertEquals } from "@std/assert";
import { zeroCounts } from "../../src/observe/zero_counts.ts";

Deno.test("zeroCounts() gives every name 0, in order, in a table of its own", () => {
  const names = ["stale", "replayed"] as const;
  const counts = zeroCounts(names);
  counts.stale++;
  assertEquals(Object.entries(counts), [["stale", 1], ["replayed", 0]]);
  assertEquals(zeroCounts(names).stale, 0);
});
