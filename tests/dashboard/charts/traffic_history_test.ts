import { assertEquals } from "@std/assert";
import {
  appendPoint,
  HISTORY_MS,
  mergeHistory,
  totalDrops,
} from "../../../src/dashboard/charts/traffic_history.ts";
import { trafficPoint } from "../../support/dashboard_fixture.ts";

const at = (...times: number[]) => times.map((time_ms) => trafficPoint({ time_ms }));
const timesOf = (points: readonly { time_ms: number }[]) => points.map(({ time_ms }) => time_ms);

Deno.test("appendPoint() keeps the last 15 minutes", () => {
  const points = appendPoint(at(0, 1, 2_000), trafficPoint({ time_ms: HISTORY_MS + 1 }));
  assertEquals(timesOf(points), [2_000, HISTORY_MS + 1]);
});

Deno.test("appendPoint() keeps the order of time when the server's clock was set back", () => {
  const points = appendPoint(at(1_000, 2_000, 3_000), trafficPoint({ time_ms: 2_000 }));
  assertEquals(timesOf(points), [1_000, 2_000]);
});

Deno.test("mergeHistory() takes the server's points, and keeps what was before them", () => {
  const points = mergeHistory(at(1_000, 2_000, 3_000), at(2_500, 3_500));
  assertEquals(timesOf(points), [1_000, 2_000, 2_500, 3_500]);
});

Deno.test("mergeHistory() drops what is older than 15 minutes, and takes nothing from nothing", () => {
  const later = at(HISTORY_MS + 5_000);
  assertEquals(timesOf(mergeHistory(at(1_000, 6_000), later)), [6_000, HISTORY_MS + 5_000]);
  assertEquals(timesOf(mergeHistory(at(1_000), [])), [1_000]);
});

Deno.test("mergeHistory() keeps the order of time when the server's clock was set back", () => {
  const points = mergeHistory(at(500, 9_000), at(1_000, 2_000, 3_000, 1_500, 2_500));
  assertEquals(timesOf(points), [500, 1_000, 1_500, 2_500]);
});

Deno.test("totalDrops() adds all reasons up", () => {
  assertEquals(totalDrops(trafficPoint({ drops: { stale: 1.5, replayed: 2 } })), 3.5);
  assertEquals(totalDrops(trafficPoint()), 0);
});
