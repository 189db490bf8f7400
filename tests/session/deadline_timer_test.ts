import { assertEquals } from "@std/assert";
import { DeadlineTimer } from "../../src/session/deadline_timer.ts";

/** A timer on the real clock, and a promise for its first call. */
function countingTimer() {
  const fired = Promise.withResolvers<void>();
  const calls: number[] = [];
  const timer = new DeadlineTimer(() => {
    calls.push(performance.now());
    fired.resolve();
  });
  return { timer, calls, fired: fired.promise };
}

Deno.test("DeadlineTimer calls at its deadline, once", async () => {
  const { timer, calls, fired } = countingTimer();
  using _ = timer;
  const nowMs = performance.now();
  timer.arm(nowMs + 5, nowMs);
  await fired;
  assertEquals(calls.length, 1);
  assertEquals((calls[0] ?? 0) >= nowMs + 5, true);
});

Deno.test("DeadlineTimer calls at once when the deadline is past", async () => {
  const { timer, fired } = countingTimer();
  using _ = timer;
  timer.arm(0, 1_000);
  await fired;
});

Deno.test("DeadlineTimer moves to an earlier deadline, and keeps to it when asked for a later one", async () => {
  const { timer, calls, fired } = countingTimer();
  using _ = timer;
  timer.arm(60_000, 0);
  timer.arm(1, 0);
  timer.arm(120_000, 0);
  timer.arm(undefined, 0);
  await fired;
  assertEquals(calls.length, 1);
});

Deno.test("DeadlineTimer waits for a deadline that is further than a timer reaches", () => {
  const { timer, calls } = countingTimer();
  timer.arm(2 ** 40, 0);
  timer[Symbol.dispose]();
  assertEquals(calls.length, 0);
});

Deno.test("DeadlineTimer leaves nothing behind when it is disposed of", () => {
  const { timer } = countingTimer();
  timer.arm(60_000, 0);
  timer[Symbol.dispose]();
  timer.arm(1, 0);
});
