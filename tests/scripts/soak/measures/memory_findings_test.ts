import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  memoryFinding,
  memoryFindings,
  memoryMib,
} from "../../../../scripts/soak/measures/memory_findings.ts";
import { type MemorySample, memorySlope } from "../../../../scripts/soak/measures/memory_slope.ts";
import { noise, series } from "./memory_series.ts";

const MINUTE_MS = 60_000;

/** What a process of some minutes notes, in which `mibPerHour` leak after a quarter of an hour. */
function notes(minutes: number, mibPerHour: number): MemorySample[] {
  return series(minutes, (hours) => hours < 0.25 ? 90 : 20 + mibPerHour * hours)
    .filter((_, second) => second % 10 === 0);
}

Deno.test("memoryFindings() judges memory in use after the same warm-up", () => {
  const resident = series(60, () => 100);
  const findings = (mibPerHour: number) =>
    memoryFindings({ resident, inUse: notes(60, mibPerHour) }, 15 * MINUTE_MS, "b");
  assertEquals(findings(1).map(({ name, failed }) => [name, failed]), [
    ["b: RSS slope MiB/h", false],
    ["b: memory in use MiB/h", false],
  ]);
  assertEquals(findings(3).map(({ failed }) => failed), [false, true]);
});

Deno.test("memoryFindings() says so when a system can't tell what is in use", () => {
  const [, inUse] = memoryFindings({ resident: series(60, () => 100), inUse: undefined }, 0);
  assertEquals(inUse, {
    name: "memory in use MiB/h",
    limit: 2,
    measured: "not known",
    failed: false,
    note: "can't be told here",
  });
});

Deno.test("memoryFindings() fails a process that could have noted its memory, and did not", () => {
  const failed = (resident: MemorySample[]) =>
    memoryFindings({ resident, inUse: [] }, MINUTE_MS).at(-1)?.failed;
  assertEquals(failed(series(60, () => 100)), true);
  assertEquals(failed(series(0.6, () => 100)), true);
  assertEquals(failed(series(0.4, () => 100)), false, "too short for a note");
});

Deno.test("memoryFindings() tells, but does not judge, while 15 minutes of memories fill", () => {
  const inUse = (minutes: number) => series(minutes, (hours) => 20 + 8 * hours);
  const finding = (minutes: number) => {
    const resident = series(minutes, () => 100);
    return memoryFindings({ resident, inUse: inUse(minutes) }, 5 * MINUTE_MS).at(-1);
  };
  const young = finding(15);
  assertEquals(young?.failed, false);
  assertAlmostEquals(Number(young?.measured), 8, 1e-6);
  assert(young?.note?.endsWith("10.0 minutes; not judged, being too short"));
  const old = finding(20);
  assertEquals(old?.failed, true);
  assert(old?.note?.endsWith("5.0 minutes; judged by the lower bound"));
});

Deno.test("memoryFindings() leaves out of what is in use the first 15 minutes, however short the run", () => {
  const settles = (hours: number) => 20 + 40 * Math.min(hours, 0.25);
  const memory = { resident: series(21, () => 100), inUse: series(21, settles) };
  assertEquals(memoryFindings(memory, 7 * MINUTE_MS).at(-1)?.measured, 0);
});

Deno.test("memoryFinding() judges a run of less than half an hour by the lower bound", () => {
  const random = noise(7, 6);
  const levels = Array.from({ length: 16 }, random);
  const level = (second: number) => 60 + (levels[Math.floor(second / 60)] ?? 0);
  const grows = (by: number) => series(15, (hours, second) => level(second) + by * hours);
  const slope = memorySlope(grows(3), 5 * MINUTE_MS);
  assertEquals(slope.minima, 12);
  assert(slope.lowerMibPerHour < 2 && slope.upperMibPerHour > 2, "minutes tell little");
  const leak = memorySlope(grows(90), 5 * MINUTE_MS);
  for (const isExact of [false, true]) {
    assert(!memoryFinding("memory", slope, { isExact }).failed);
    assert(memoryFinding("memory", leak, { isExact }).failed);
  }
});

Deno.test("memoryFinding() fails a long run by the slope of what is in use, by the bound of RSS", () => {
  const slope = {
    mibPerHour: 2.1,
    lowerMibPerHour: 1.9,
    upperMibPerHour: 2.3,
    measuredMinutes: 30,
    minima: 12,
  };
  assert(memoryFinding("in use", slope, { isExact: true }).failed);
  assert(!memoryFinding("in use", { ...slope, mibPerHour: 2 }, { isExact: true }).failed);
  assert(!memoryFinding("RSS", slope).failed);
  assert(memoryFinding("RSS", { ...slope, lowerMibPerHour: 2.01 }).failed);
});

Deno.test("memoryFinding() judges nothing by a run of two minutes", () => {
  const slope = memorySlope(series(2, (hours) => 60 + 600 * hours), 40_000);
  assertEquals(slope.minima, 12);
  assertAlmostEquals(slope.mibPerHour, 600, 1e-6);
  const { failed, note = "" } = memoryFinding("RSS", slope);
  assert(!failed && note.includes("not judged, being too short"));
});

Deno.test("memoryMib() gives the minutes of both, and nothing for what is not known", () => {
  const resident = series(2, (_, second) => second < 60 ? 100.04 : 101);
  assertEquals(memoryMib({ resident, inUse: undefined }), { resident: [100, 101], inUse: [] });
  const inUse = notes(2, 0);
  assertEquals(memoryMib({ resident, inUse }), { resident: [100, 101], inUse: [90, 90] });
});
