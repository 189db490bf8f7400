import { assertEquals } from "@std/assert";
import { chartColumns } from "../../../src/dashboard/charts/chart_columns.ts";
import { MESSAGE_SERIES } from "../../../src/dashboard/charts/chart_series.ts";
import { trafficPoint } from "../../support/dashboard_fixture.ts";

Deno.test("chartColumns() gives times in seconds, and a column for each line", () => {
  const points = [
    trafficPoint({ time_ms: 1_000, messages_in: 5, messages_out: 6 }),
    trafficPoint({ time_ms: 2_500, messages_in: 7, messages_out: 8 }),
  ];
  assertEquals(chartColumns(points, MESSAGE_SERIES), [[1, 2.5], [5, 7], [6, 8]]);
});

Deno.test("chartColumns() leaves a gap where the server or the page was away", () => {
  const points = [1_000, 6_000, 11_001].map((time_ms) => trafficPoint({ time_ms, messages_in: 1 }));
  assertEquals(chartColumns(points, MESSAGE_SERIES.slice(0, 1)), [
    [1, 6, 7, 11.001],
    [1, 1, null, 1],
  ]);
});

Deno.test("chartColumns() gives empty columns without points", () => {
  assertEquals(chartColumns([], MESSAGE_SERIES), [[], [], []]);
});
