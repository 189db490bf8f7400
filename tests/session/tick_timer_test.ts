import { assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { readClocks } from "../../src/session/read_clocks.ts";
import { CATCH_UP_MS, HEARTBEAT_MS, STOPPED_MS, TickTimer } from "../../src/session/tick_timer.ts";
import { waitFor } from "../support/wait_for.ts";

/** A timer that notes when it calls, milliseconds after its start. */
function timed(options: { readonly startedMsAgo?: number } = {}) {
  const startMs = readClocks().monotonicMs;
  const calls: string[] = [];
  const timesMs: number[] = [];
  const note = (call: string) => {
    calls.push(call);
    timesMs.push(readClocks().monotonicMs - startMs);
  };
  const timer = new TickTimer({
    onDue: () => note("due"),
    onStopped: (stoppedMs) => note(`stopped for ${Math.round(stoppedMs / 1000)} s`),
  }, startMs - (options.startedMsAgo ?? 0));
  return { startMs, timer, calls, timesMs, [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

Deno.test("TickTimer calls at the deadline", async () => {
  using it = timed();
  const { startMs, timer, calls, timesMs } = it;
  timer.arm(startMs + 20, startMs);
  await waitFor(() => calls.length === 1);
  assertEquals(calls, ["due"]);
  assertGreaterOrEqual(timesMs[0] ?? 0, 19);
});

Deno.test("TickTimer calls within a second where there is no deadline", async () => {
  using it = timed();
  const { startMs, timer, calls, timesMs } = it;
  timer.arm(undefined, startMs);
  await waitFor(() => calls.length === 1);
  assertEquals(calls, ["due"]);
  assertGreaterOrEqual(timesMs[0] ?? 0, 900);
});

Deno.test("TickTimer has what came read first when the process was stopped", async () => {
  using it = timed({ startedMsAgo: 60_000 });
  const { startMs, timer, calls, timesMs } = it;
  timer.arm(startMs - 30_000, startMs);
  await waitFor(() => calls.length === 1);
  // As a relay does with each datagram that it reads then.
  timer.arm(startMs - 30_000, readClocks().monotonicMs);
  await waitFor(() => calls.length === 2);
  assertEquals(calls, ["stopped for 59 s", "due"]);
  assertGreaterOrEqual((timesMs[1] ?? 0) - (timesMs[0] ?? 0), CATCH_UP_MS - 5);
});

Deno.test("TickTimer calls in the end where everything is always late", async () => {
  using it = timed({ startedMsAgo: 60_000 });
  const { startMs, timer, calls } = it;
  timer.arm(startMs, startMs);
  await waitFor(() => calls.length === 1);
  // The whole process stands still.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, HEARTBEAT_MS + STOPPED_MS + 100);
  await waitFor(() => calls.length === 2);
  assertEquals(calls, ["stopped for 59 s", "due"]);
});

Deno.test("TickTimer makes nothing of a timer that is somewhat late", async () => {
  using it = timed({ startedMsAgo: STOPPED_MS + 500 });
  const { startMs, timer, calls, timesMs } = it;
  timer.arm(startMs, startMs);
  await waitFor(() => calls.length === 1);
  assertEquals(calls, ["due"]);
  assertLess(timesMs[0] ?? 0, CATCH_UP_MS);
});
