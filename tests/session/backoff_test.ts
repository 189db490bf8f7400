import { assert, assertEquals } from "@std/assert";
import { Backoff } from "../../src/session/backoff.ts";

Deno.test("Backoff doubles up to its cap", () => {
  const backoff = new Backoff({ firstMs: 250, capMs: 2_000 }, () => 0.5);
  const delays = Array.from({ length: 6 }, () => backoff.next());
  assertEquals(delays, [250, 500, 1_000, 2_000, 2_000, 2_000]);
});

Deno.test("Backoff spreads each delay by a quarter either way", () => {
  const least = new Backoff({ firstMs: 1_000, capMs: 1_000 }, () => 0);
  const most = new Backoff({ firstMs: 1_000, capMs: 1_000 }, () => 0.999_999);
  assertEquals(least.next(), 750);
  const longestMs = most.next();
  assert(longestMs > 1_249 && longestMs < 1_250, `${longestMs}`);
});
