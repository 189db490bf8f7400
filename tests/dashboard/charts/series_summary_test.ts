import { assertEquals } from "@std/assert";
import { summariseSeries } from "../../../src/dashboard/charts/series_summary.ts";
import { trafficPoint } from "../../support/dashboard_fixture.ts";

const LINE = { name: "In", valueOf: ({ messages_in }: { messages_in: number }) => messages_in };

Deno.test("summariseSeries() gives the newest, the mean, and the first of the highest", () => {
  const points = [1, 7, 7, 1].map((messages_in, index) =>
    trafficPoint({ time_ms: index * 1_000, messages_in })
  );
  assertEquals(summariseSeries(LINE, points), {
    name: "In",
    now: 1,
    mean: 4,
    highest: 7,
    highestAtMs: 1_000,
  });
});

Deno.test("summariseSeries() gives nothing without points", () => {
  assertEquals(summariseSeries(LINE, []), undefined);
});
