import { assertEquals } from "@std/assert";
import { axisSteps } from "../../../src/dashboard/charts/axis_steps.ts";
import { formatBytes, formatRate } from "../../../src/dashboard/format_number.ts";

Deno.test("axisSteps() has tenths where they are written", () => {
  assertEquals(axisSteps(formatRate).slice(0, 5), [0.1, 0.2, 0.5, 1, 2]);
});

Deno.test("axisSteps() has no parts of a byte, as they would all be written as 0 B or 1 B", () => {
  assertEquals(axisSteps(formatBytes).slice(0, 3), [1, 2, 5]);
});

Deno.test("axisSteps() goes beyond what any server does", () => {
  for (const format of [formatRate, formatBytes]) assertEquals(axisSteps(format).at(-1), 5e15);
});
