import { assertEquals } from "@std/assert";
import { CLOCK_STEP_MS, ClockSteps } from "../../src/session/clock_steps.ts";
import { FakeClock } from "../support/fake_clock.ts";

for (const byMs of [-3_600_000, -CLOCK_STEP_MS - 1, CLOCK_STEP_MS + 1, 3_600_000]) {
  Deno.test(`ClockSteps.look() tells once that the clock was set by ${byMs} ms`, () => {
    const clock = new FakeClock();
    const steps = new ClockSteps(clock.now);
    clock.advance(90_000);
    clock.setUnixMs(clock.now.unixMs + byMs);
    assertEquals([steps.look(clock.now), steps.look(clock.now)], [byMs, undefined]);
    clock.advance(90_000);
    assertEquals(steps.look(clock.now), undefined);
  });
}

for (const byMs of [-CLOCK_STEP_MS, 0, CLOCK_STEP_MS]) {
  Deno.test(`ClockSteps.look() makes nothing of ${byMs} ms, however often`, () => {
    const clock = new FakeClock();
    const steps = new ClockSteps(clock.now);
    for (let time = 0; time < 10; time++) {
      clock.advance(1_000);
      clock.setUnixMs(clock.now.unixMs + byMs);
      assertEquals(steps.look(clock.now), undefined);
    }
  });
}
