import { assertEquals, assertMatch } from "@std/assert";
import {
  formatDay,
  formatDuration,
  formatMoment,
  formatTimeOfDay,
} from "../../src/dashboard/format_time.ts";

const HOUR_MS = 3_600_000;

const DURATIONS: readonly [number, string][] = [
  [-5_000, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3 * HOUR_MS + 12 * 60_000, "3 h 12 min"],
  [24 * HOUR_MS, "1 d 0 h"],
  [300 * HOUR_MS + 1, "12 d 12 h"],
];

for (const [ms, text] of DURATIONS) {
  Deno.test(`formatDuration() writes ${ms} ms as ${text}`, () => {
    assertEquals(formatDuration(ms), text);
  });
}

Deno.test("formatTimeOfDay() writes hours, minutes and seconds", () => {
  assertMatch(formatTimeOfDay(0), /^\d\d:\d\d:\d\d$/);
});

Deno.test("formatDay() writes year, month and day", () => {
  assertMatch(formatDay(1_800_000_000_000), /^2027-01-1\d$/);
});

Deno.test("formatMoment() leaves the date out while it is clear", () => {
  const now = 1_800_000_000_000;
  assertMatch(formatMoment(now - 11 * HOUR_MS, now), /^\d\d:\d\d:\d\d$/);
  assertMatch(formatMoment(now - 12 * HOUR_MS, now), /^2027-01-1\d \d\d:\d\d$/);
});
