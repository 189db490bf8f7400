import { assertEquals } from "@std/assert";
import { AgeClock, DOUBT_MS } from "../../src/session/age_clock.ts";
import { FakeClock } from "../support/fake_clock.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** A clock that is set, and the age clock that goes by it. */
function clocks() {
  const clock = new FakeClock();
  const startMs = clock.now.unixMs;
  const age = new AgeClock(clock.now);
  return {
    clock,
    /** How far the age clock has gone, milliseconds. */
    goneMs: () => age.unixMs(clock.now) - startMs,
    set: (byMs: number) => clock.setUnixMs(clock.now.unixMs + byMs),
  };
}

Deno.test("AgeClock goes with the wall clock", () => {
  const { clock, goneMs } = clocks();
  clock.advance(1_000);
  assertEquals(goneMs(), 1_000);
  clock.advance(YEAR_MS);
  assertEquals(goneMs(), 1_000 + YEAR_MS);
});

Deno.test("AgeClock follows a clock that is corrected a little at a time", () => {
  const { clock, goneMs, set } = clocks();
  for (let step = 0; step < 10; step++) {
    clock.advance(1_000);
    set(4_000);
    goneMs();
  }
  assertEquals(goneMs(), 50_000);
});

for (const byMs of [HOUR_MS, YEAR_MS]) {
  Deno.test(`AgeClock goes on for an hour as before when the clock is set ahead by ${byMs} ms`, () => {
    const { clock, goneMs, set } = clocks();
    set(byMs);
    assertEquals(goneMs(), 0);
    clock.advance(DOUBT_MS - 1);
    assertEquals(goneMs(), DOUBT_MS - 1);
    clock.advance(1);
    assertEquals(goneMs(), DOUBT_MS + byMs);
  });
}

Deno.test("AgeClock knows nothing of a clock that is set ahead and right again", () => {
  const { clock, goneMs, set } = clocks();
  set(HOUR_MS);
  clock.advance(60_000);
  assertEquals(goneMs(), 60_000);
  set(-HOUR_MS);
  clock.advance(60_000);
  assertEquals(goneMs(), 120_000);
  clock.advance(DOUBT_MS);
  assertEquals(goneMs(), 120_000 + DOUBT_MS);
});

Deno.test("AgeClock goes back at once with a clock that is set back", () => {
  const { clock, goneMs, set } = clocks();
  set(-HOUR_MS);
  assertEquals(goneMs(), -HOUR_MS);
  clock.advance(1_000);
  assertEquals(goneMs(), 1_000 - HOUR_MS);
});
