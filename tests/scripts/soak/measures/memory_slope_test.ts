import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { memoryByMinute, memorySlope } from "../../../../scripts/soak/measures/memory_slope.ts";
import { memoryFinding } from "../../../../scripts/soak/measures/memory_findings.ts";
import { noise, series } from "./memory_series.ts";

const MIB = 1024 ** 2;
const MINUTE_MS = 60_000;

/** A garbage collector's: up by 30 MiB in some 47 s, then down at once. */
function sawtooth(second: number): number {
  return 30 * (second % 47) / 47;
}

Deno.test("memorySlope() finds the slope of a straight line, and bounds around it", () => {
  const slope = memorySlope(series(45, (hours) => 60 + 3 * hours), 0);
  assertAlmostEquals(slope.mibPerHour, 3, 1e-6);
  assertAlmostEquals(slope.lowerMibPerHour, 3, 1e-6);
  assertAlmostEquals(slope.upperMibPerHour, 3, 1e-6);
  assertEquals([slope.minima, slope.measuredMinutes], [12, 45]);
});

Deno.test("memorySlope() is 0 for memory that never changes", () => {
  const slope = memorySlope(series(45, () => 60), 0);
  assertEquals([slope.mibPerHour, slope.lowerMibPerHour, slope.upperMibPerHour], [0, 0, 0]);
});

Deno.test("memorySlope() leaves out what came before the end of warm-up", () => {
  const growsAtFirst = series(60, (hours) => 60 + 100 * Math.min(hours, 0.25));
  assertEquals(memorySlope(growsAtFirst, 15 * MINUTE_MS).mibPerHour, 0);
  assert(memorySlope(growsAtFirst, 0).upperMibPerHour > 2);
});

Deno.test("memorySlope() sees no growth in the sawtooth of a garbage collector with noise", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = noise(seed, 2);
    const slope = memorySlope(series(45, (_, second) => 60 + sawtooth(second) + random()), 0);
    assert(Math.abs(slope.mibPerHour) < 1, `seed ${seed}: ${slope.mibPerHour}`);
    assert(!memoryFinding("RSS", slope).failed, `seed ${seed}`);
    assert(!memoryFinding("in use", slope, { isExact: true }).failed, `seed ${seed}`);
  }
});

Deno.test("memorySlope() finds a leak of 3 MiB an hour beneath sawtooth and noise", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = noise(seed, 2);
    const leak = (hours: number, second: number) => 60 + 3 * hours + sawtooth(second) + random();
    const slope = memorySlope(series(45, leak), 0);
    assertAlmostEquals(slope.mibPerHour, 3, 1, `seed ${seed}`);
    assert(slope.lowerMibPerHour < slope.mibPerHour && slope.mibPerHour < slope.upperMibPerHour);
    assert(memoryFinding("in use", slope, { isExact: true }).failed, `seed ${seed}`);
  }
});

Deno.test("memorySlope() is not moved by a burst that is gone after a few minutes", () => {
  const burst = (_: number, second: number) => second > 2000 && second < 2200 ? 200 : 60;
  assertEquals(memorySlope(series(45, burst), 0).mibPerHour, 0);
});

Deno.test("memorySlope() has bounds as Sen (1968) has them", () => {
  // C = 1.96 · √(5 · 4 · 15 / 18) = 8.0, so the bounds are the least and the greatest of ten slopes.
  const bytes = [0, 10, 18, 20, 36].map((mib) => mib * MIB);
  const samples = bytes.map((value, index) => ({ atMs: index * 60 * MINUTE_MS, bytes: value }));
  const slopes = [10, 9, 20 / 3, 9, 8, 5, 26 / 3, 2, 9, 16].toSorted((a, b) => a - b);
  const slope = memorySlope(samples, 0);
  assertAlmostEquals(slope.mibPerHour, ((slopes[4] ?? NaN) + (slopes[5] ?? NaN)) / 2, 1e-9);
  assertAlmostEquals(slope.lowerMibPerHour, slopes[0] ?? NaN, 0.01);
  assertAlmostEquals(slope.upperMibPerHour, slopes[9] ?? NaN, 0.01);
});

Deno.test("memoryByMinute() gives the least of each minute, to a tenth of a MiB", () => {
  const saw = series(3, (_, second) => 60.04 + Math.floor(second / 60) + sawtooth(second));
  assertEquals(memoryByMinute(saw), [60, 61, 62]);
  assertEquals(memoryByMinute([]), []);
});

Deno.test("memorySlope() knows nothing by fewer than five minima", () => {
  for (const samples of [[], series(0, () => 60), series(0.05, () => 60)]) {
    const slope = memorySlope(samples, 0);
    assertEquals(slope.mibPerHour, NaN);
    assertEquals(memoryFinding("RSS", slope).failed, samples.length === 0);
  }
});
