import { assertEquals } from "@std/assert";
import { TrafficMeter } from "../../../src/http/feed/traffic_meter.ts";
import type { StatisticsTree } from "../../../src/observe/statistics_tree.ts";

function statistics(count: number, drops: StatisticsTree = {}): StatisticsTree {
  const messages = { in: count, bytes_in: count * 10, out: count * 2, bytes_out: count * 20 };
  return { clients: 7, messages, drops };
}

const at = (ms: number) => ({ monotonicMs: ms, unixMs: 1_700_000_000_000.4 + ms });

Deno.test("TrafficMeter.update() gives what went on since the time before, a second", () => {
  const meter = new TrafficMeter(statistics(100, { malformed: 5, stale: 1, flood: 0 }), 0);
  const later = statistics(103, { malformed: 6, stale: 1, flood: 3, fresh: 3 });
  assertEquals(meter.update(later, 1.23456, at(1_500)), {
    time_ms: 1_700_000_001_500,
    clients: 7,
    messages_in: 2,
    messages_out: 4,
    bytes_in: 20,
    bytes_out: 40,
    drops: { malformed: 0.667, flood: 2, fresh: 2 },
    lag_ms: 1.235,
  });
  assertEquals(meter.update(later, 0, at(2_500))?.drops, {});
});

Deno.test("TrafficMeter.update() gives nothing when no time has passed, and loses nothing", () => {
  const meter = new TrafficMeter(statistics(0), 1_000);
  assertEquals(meter.update(statistics(5), 0, at(1_000)), undefined);
  assertEquals(meter.update(statistics(5), 0, at(2_000))?.messages_in, 5);
});

Deno.test("TrafficMeter.update() takes counters that are missing or go back for nothing", () => {
  const meter = new TrafficMeter(statistics(10, { stale: 3 }), 0);
  const point = meter.update(statistics(4, { stale: 1 }), 0, at(1_000));
  assertEquals([point?.messages_in, point?.drops], [0, {}]);
  const empty = meter.update({}, 0, at(2_000));
  assertEquals([empty?.clients, empty?.messages_in, empty?.drops], [0, 0, {}]);
});
