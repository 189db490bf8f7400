import { assertEquals, assertThrows } from "@std/assert";
import { FuzzTally } from "../../../scripts/fuzz/fuzz_tally.ts";

Deno.test("FuzzTally tells in a line what had a turn since the last one", () => {
  const tally = new FuzzTally(["first", "second"]);
  tally.add("first", 30, 500, false);
  tally.add("first", 10, 500, true);
  assertEquals(tally.line(), "40 inputs: first 40 (40/s, 1 failed)");
  tally.add("second", 5, 2_000, false);
  assertEquals(tally.line(), "45 inputs: second 5 (3/s)");
  assertEquals([tally.failures, tally.failuresOf("first"), tally.failuresOf("second")], [1, 1, 0]);
});

Deno.test("FuzzTally tells of every target at the end", () => {
  const tally = new FuzzTally(["first", "second"]);
  tally.add("first", 40, 1_000, false);
  assertEquals(tally.report(), [
    "first         40 inputs      40 a second   0 failed",
    "second         0 inputs       0 a second   0 failed",
  ]);
});

Deno.test("FuzzTally knows no other targets", () => {
  assertThrows(() => new FuzzTally(["first"]).add("second", 1, 1, false), RangeError, "second");
});
