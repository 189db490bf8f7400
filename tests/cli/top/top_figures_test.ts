import { assertEquals } from "@std/assert";
import { rsaOperationsOf, TopMeter } from "../../../src/cli/top/top_figures.ts";
import { clientRow, directCounters, relayCounters, topSample, UNIX_MS } from "./top_fixture.ts";

Deno.test("TopMeter.update() has no rates before there are two samples", () => {
  const figures = new TopMeter().update(topSample({ clients: [clientRow({ messages_in: 9 })] }));
  assertEquals([figures.kind, figures.unixMs, figures.rates], ["relay", UNIX_MS, undefined]);
  assertEquals(figures.clients.map(({ rates }) => rates.messagesIn), [0]);
});

Deno.test("TopMeter.update() works out what flows a second", () => {
  const meter = new TopMeter();
  meter.update(topSample({ clients: [clientRow({ messages_in: 9 })] }));
  const statistics = relayCounters({
    registrations: { rsa_operations: 7 },
    messages: { in: 110, bytes_in: 1_500, out: 260, bytes_out: 2_000 },
    drops: { malformed: 13, stale: 0, overloaded: 4 },
  });
  const clients = [clientRow({ messages_in: 10 }), clientRow({ id: "new", messages_in: 50 })];
  const figures = meter.update(topSample({ atMs: 2_000, statistics, clients }));
  assertEquals(figures.rates, {
    messages_in: 5,
    messages_out: 30,
    bytes_in: 250,
    bytes_out: 0,
    drops: { malformed: 5, overloaded: 2 },
    rsa_operations: 0.5,
  });
  assertEquals(figures.clients.map(({ rates }) => rates.messagesIn), [0.5, 0]);
});

Deno.test("TopMeter.update() gives no rates where no time has passed, and none below 0", () => {
  const meter = new TopMeter();
  meter.update(topSample());
  assertEquals(meter.update(topSample()).rates, undefined);
  const fewer = relayCounters({ messages: { in: 1 }, drops: { malformed: 0 } });
  const { rates } = meter.update(topSample({ atMs: 1_000, statistics: fewer }));
  assertEquals([rates?.messages_in, rates?.drops], [0, {}]);
});

Deno.test("TopMeter.update() tells a direct server from a relay", () => {
  const meter = new TopMeter();
  meter.update(topSample({ statistics: directCounters() }));
  const statistics = directCounters({ rsa: { decryptions: 12 } });
  const { kind, rates } = meter.update(topSample({ atMs: 1_000, statistics }));
  assertEquals([kind, rates?.rsa_operations], ["direct", 3]);
});

Deno.test("rsaOperationsOf() knows both servers", () => {
  assertEquals([relayCounters(), directCounters(), {}].map(rsaOperationsOf), [6, 9, 0]);
});
