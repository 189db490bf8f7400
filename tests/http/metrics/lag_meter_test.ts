import { assertEquals, assertGreaterOrEqual } from "@std/assert";
import type { ControlClock } from "../../../src/control/control_clock.ts";
import { LAG_INTERVAL_MS, LagMeter } from "../../../src/http/metrics/lag_meter.ts";

/** A clock of a loop that is busy: its one timer fires as late as the test says. */
class LateClock implements ControlClock {
  #nowMs = 1_000;
  #timer: { readonly dueMs: number; readonly callback: () => void } | undefined;

  /** Whether a timer waits. */
  get hasTimer(): boolean {
    return this.#timer !== undefined;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  startTimer(delayMs: number, callback: () => void): () => void {
    this.#timer = { dueMs: this.#nowMs + delayMs, callback };
    return () => this.#timer = undefined;
  }

  /** Fires the timer, so many milliseconds after it was due. */
  fire(lateMs: number): void {
    const timer = this.#timer;
    if (timer === undefined) throw new Error("Cannot fire: no timer waits");
    this.#timer = undefined;
    this.#nowMs = timer.dueMs + lateMs;
    timer.callback();
  }
}

/** A meter, its clock, and what its listener was told. */
function meterAndLags() {
  const lags: number[] = [];
  const clock = new LateClock();
  return { clock, lags, meter: new LagMeter({ clock, onLag: (lagMs) => lags.push(lagMs) }) };
}

Deno.test("LagMeter tells how late each timer was, and keeps the worst until it is taken", () => {
  const { clock, lags, meter } = meterAndLags();
  assertEquals(meter.takeWorstMs(), 0, "nothing was measured yet");
  for (const lateMs of [0, 30, 700, 5]) clock.fire(lateMs);
  assertEquals(lags, [0, 30, 700, 5]);
  assertEquals([meter.takeWorstMs(), meter.takeWorstMs()], [700, 0]);
  clock.fire(8);
  assertEquals(meter.takeWorstMs(), 8);
});

Deno.test("LagMeter measures four times a second", () => {
  const { clock } = meterAndLags();
  const startMs = clock.nowMs();
  for (let count = 0; count < 4; count++) clock.fire(0);
  assertEquals(clock.nowMs() - startMs, 1_000);
});

Deno.test("LagMeter takes a timer that runs a fraction too early for one in time", () => {
  const { clock, lags } = meterAndLags();
  clock.fire(-0.4);
  assertEquals(lags, [0]);
});

Deno.test("LagMeter measures no more once it is disposed of, also by its listener", () => {
  const clock = new LateClock();
  const meter = new LagMeter({ clock, onLag: () => meter[Symbol.dispose]() });
  clock.fire(3);
  assertEquals([clock.hasTimer, meter.takeWorstMs()], [false, 3]);
  meter[Symbol.dispose]();
});

Deno.test("LagMeter sees a loop that is really kept busy", async () => {
  const measured = Promise.withResolvers<number>();
  using _meter = new LagMeter({ onLag: measured.resolve });
  // A timer of our own keeps the process alive until the meter's has run.
  const alive = setTimeout(() => undefined, 60_000);
  const endMs = performance.now() + LAG_INTERVAL_MS + 100;
  while (performance.now() < endMs);
  assertGreaterOrEqual(await measured.promise, 99);
  clearTimeout(alive);
});
