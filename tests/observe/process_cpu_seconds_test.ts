import { assertGreater, assertGreaterOrEqual } from "@std/assert";
import { processCpuSeconds } from "../../src/observe/process_cpu_seconds.ts";

Deno.test("processCpuSeconds() is above 0, in seconds, and does not fall", () => {
  const first = processCpuSeconds();
  assertGreater(first, 0);
  // Milliseconds taken for seconds would be years by now.
  assertGreater(1e6, first);
  assertGreaterOrEqual(processCpuSeconds(), first);
});
