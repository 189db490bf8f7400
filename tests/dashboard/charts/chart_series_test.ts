import { assertEquals } from "@std/assert";
import {
  BYTE_SERIES,
  dropSeries,
  MAX_DROP_SERIES,
  MESSAGE_SERIES,
} from "../../../src/dashboard/charts/chart_series.ts";
import { trafficPoint } from "../../support/dashboard_fixture.ts";

const POINT = trafficPoint({ messages_in: 1, messages_out: 2, bytes_in: 3, bytes_out: 4 });

Deno.test("MESSAGE_SERIES and BYTE_SERIES give each way", () => {
  const values = [...MESSAGE_SERIES, ...BYTE_SERIES].map(({ valueOf }) => valueOf(POINT));
  assertEquals(values, [1, 2, 3, 4]);
});

Deno.test("dropSeries() has a line for each reason, in the order of names", () => {
  const points = [
    trafficPoint({ drops: { stale: 9, send_failed: 1 } }),
    trafficPoint({ drops: { malformed: 2 } }),
  ];
  const series = dropSeries(points);
  assertEquals(series.map(({ name }) => name), ["malformed", "send failed", "stale"]);
  assertEquals(series.map(({ valueOf }) => points.map(valueOf)), [[0, 2], [1, 0], [9, 0]]);
});

Deno.test("dropSeries() has none without drops", () => {
  assertEquals(dropSeries([trafficPoint({ drops: { stale: 0 } }), trafficPoint()]), []);
});

Deno.test("dropSeries() puts all but the most frequent reasons together", () => {
  const drops = { a: 10, b: 20, c: 1, d: 30, e: 2, f: 40, g: 50 };
  const point = trafficPoint({ drops });
  const series = dropSeries([point]);
  assertEquals(series.length, MAX_DROP_SERIES + 1);
  assertEquals(series.map(({ name }) => name), ["a", "b", "d", "f", "g", "all others"]);
  assertEquals(series.at(-1)?.valueOf(point), 3);
});

Deno.test("dropSeries() takes a reason for no more than a name", () => {
  const drops = JSON.parse('{"__proto__":5,"constructor":1}');
  const point = trafficPoint({ drops });
  const values = dropSeries([point]).map(({ name, valueOf }) => [name, valueOf(point)]);
  assertEquals(values, [["  proto  ", 5], ["constructor", 1]]);
  assertEquals(dropSeries([point]).map(({ valueOf }) => valueOf(trafficPoint())), [0, 0]);
});
