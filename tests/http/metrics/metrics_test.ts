import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Metrics } from "../../../src/http/metrics/metrics.ts";
import { DROP_REASONS } from "../../../src/observe/counters.ts";
import { DIRECT_DROP_REASONS } from "../../../src/observe/direct_counters.ts";
import type { StatisticsTree } from "../../../src/observe/statistics_tree.ts";
import { PROCESS_PROFILE } from "../../support/metrics_servers.ts";
import { type MetricSamples, readSamples } from "../../support/metrics_text.ts";

function metricsOf(statistics: () => StatisticsTree, kind: "relay" | "direct" = "relay"): Metrics {
  return new Metrics({ kind, ...PROCESS_PROFILE, statistics });
}

async function samplesOf(metrics: Metrics): Promise<MetricSamples> {
  return readSamples(await metrics.text());
}

Deno.test("Metrics.contentType is the text format of Prometheus", () => {
  assertEquals(metricsOf(() => ({})).contentType, "text/plain; version=0.0.4; charset=utf-8");
});

Deno.test("Metrics.text() follows the counters, which may fall as well when they are gauges", async () => {
  let tree: StatisticsTree = { clients: 7, messages: { in: 100 }, drops: { malformed: 2 } };
  const metrics = metricsOf(() => tree);
  const read = async () => {
    const samples = await samplesOf(metrics);
    return [
      samples.get("hushcast_clients"),
      samples.get("hushcast_messages_received_total"),
      samples.get('hushcast_drops_total{reason="malformed"}'),
      samples.get('hushcast_drops_total{reason="stale"}'),
    ];
  };
  assertEquals(await read(), [7, 100, 2, 0]);
  assertEquals(await read(), [7, 100, 2, 0], "reading twice does not add up");
  tree = { clients: 5, messages: { in: 130 }, drops: { malformed: 2, stale: 1 } };
  assertEquals(await read(), [5, 130, 2, 1]);
});

Deno.test("Metrics.text() gives one moment to readers at the same time", async () => {
  let clients = 0;
  const metrics = metricsOf(() => ({ clients: ++clients, messages: { in: clients } }));
  const texts = await Promise.all([metrics.text(), metrics.text(), metrics.text()]);
  for (const samples of texts.map(readSamples)) {
    assertEquals(samples.get("hushcast_messages_received_total"), samples.get("hushcast_clients"));
  }
});

for (const [kind, reasons] of [["relay", DROP_REASONS], ["direct", DIRECT_DROP_REASONS]] as const) {
  Deno.test(`Metrics.text() of a ${kind} server has every drop reason from the start`, async () => {
    const samples = await samplesOf(metricsOf(() => ({}), kind));
    const shown = [...samples].filter(([name]) => name.startsWith("hushcast_drops_total"));
    const wanted = reasons.map((reason) => [`hushcast_drops_total{reason="${reason}"}`, 0]);
    assertEquals(shown, wanted);
  });
}

Deno.test("Metrics.text() tells version, runtime, kind, start and processor time", async () => {
  const text = await metricsOf(() => ({ rss_bytes: 1024 })).text();
  const samples = readSamples(text);
  const build =
    'hushcast_build_info{version="1.2.3",runtime="Deno 2.9.6 \\"quoted\\" \\\\",kind="relay"}';
  assertEquals(samples.get(build), 1);
  assertEquals(samples.get("process_start_time_seconds"), 1_700_000_000.5);
  assertEquals(samples.get("process_cpu_seconds_total"), 12.25);
  assertEquals(samples.get("process_resident_memory_bytes"), 1024);
});

Deno.test("Metrics.observeRsa() counts into the buckets of its operation", async () => {
  const metrics = metricsOf(() => ({}), "direct");
  metrics.observeRsa(0.0025);
  metrics.observeRsa(0.25, "decrypt");
  metrics.observeRsa(7, "verify");
  const samples = await samplesOf(metrics);
  const name = "hushcast_rsa_operation_duration_seconds";
  const bucket = (le: string, operation: string) =>
    samples.get(`${name}_bucket{le="${le}",operation="${operation}"}`);
  assertEquals(["0.001", "0.0025", "0.1", "0.25", "+Inf"].map((le) => bucket(le, "decrypt")), [
    ...[0, 1, 1, 2, 2],
  ]);
  assertEquals([bucket("1", "verify"), bucket("+Inf", "verify")], [0, 1]);
  assertEquals(samples.get(`${name}_sum{operation="decrypt"}`), 0.2525);
  assertEquals(samples.get(`${name}_count{operation="import"}`), 0, "there from the start");
});

Deno.test("Metrics.text() of a relay has decryptions alone from the start", async () => {
  const text = await metricsOf(() => ({})).text();
  const counts = text.match(/^hushcast_rsa_operation_duration_seconds_count.*$/gm);
  assertEquals(counts, ['hushcast_rsa_operation_duration_seconds_count{operation="decrypt"} 0']);
});

Deno.test("Metrics.observeLag() counts into its buckets", async () => {
  const metrics = metricsOf(() => ({}));
  for (const seconds of [0, 0.003, 0.3, 9]) metrics.observeLag(seconds);
  const samples = await samplesOf(metrics);
  const name = "hushcast_event_loop_lag_seconds";
  const buckets = ["0.001", "0.005", "0.25", "0.5", "2.5", "+Inf"];
  assertEquals(buckets.map((le) => samples.get(`${name}_bucket{le="${le}"}`)), [1, 2, 2, 3, 3, 4]);
  assertEquals(samples.get(`${name}_count`), 4);
});

Deno.test("Metrics refuses times that are no numbers", () => {
  const metrics = metricsOf(() => ({}));
  for (const seconds of [NaN, Infinity]) {
    assertThrows(() => metrics.observeRsa(seconds), TypeError);
    assertThrows(() => metrics.observeLag(seconds), TypeError);
  }
});

Deno.test("Metrics.text() lets through what the counters throw", async () => {
  const metrics = metricsOf(() => {
    throw new Error("no counters");
  });
  await assertRejects(() => metrics.text(), Error, "no counters");
});

Deno.test("Metrics of two servers in one process keep apart", async () => {
  const [one, two] = [
    metricsOf(() => ({ clients: 1 })),
    metricsOf(() => ({ clients: 2 }), "direct"),
  ];
  one.observeLag(1);
  assertMatch(await one.text(), /^hushcast_event_loop_lag_seconds_count 1$/m);
  assertMatch(await two.text(), /^hushcast_event_loop_lag_seconds_count 0$/m);
  assertMatch(await two.text(), /^hushcast_clients 2$/m);
});
