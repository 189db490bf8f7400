import { assertEquals } from "@std/assert";
import { MAX_RETRY_MS, retryDelayMs } from "../../../src/dashboard/connection/retry_delay.ts";

Deno.test("retryDelayMs() grows up to its bound", () => {
  const longest = [1, 2, 3, 4, 5, 6, 2_000].map((failures) => retryDelayMs(failures, 1));
  assertEquals(longest, [500, 1_000, 2_000, 4_000, MAX_RETRY_MS, MAX_RETRY_MS, MAX_RETRY_MS]);
});

Deno.test("retryDelayMs() is not the same for all", () => {
  assertEquals([retryDelayMs(3, 0), retryDelayMs(3, 0.5)], [1_000, 1_500]);
});
