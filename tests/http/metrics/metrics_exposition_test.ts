import { assert, assertEquals, assertGreater } from "@std/assert";
import { DirectClient, RelayClient } from "../../../src/client/mod.ts";
import { formatEndpoint } from "../../../src/session/endpoint.ts";
import {
  metricsParserTest,
  type ParsedFamily,
  type ParsedSample,
} from "../../support/metrics_parser.ts";
import { promtool, promtoolTest } from "../../support/metrics_promtool.ts";
import { meteredDirect, meteredRelay, PROCESS_PROFILE } from "../../support/metrics_servers.ts";

/** The value of a sample, found by its name and some of its labels. */
function valueOf(
  families: readonly ParsedFamily[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const isWanted = (sample: ParsedSample) =>
    sample.name === name &&
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  return families.flatMap(({ samples }) => samples).find(isWanted)?.value;
}

/** A relay that two clients are at, and one message went through; and what it shows then. */
async function relayText(): Promise<string> {
  await using metered = await meteredRelay();
  const relay = formatEndpoint(metered.server.local);
  await using ada = await RelayClient.connect({ relay, name: "ada" });
  await using ben = await RelayClient.connect({ relay, name: "ben", reliable: true });
  await ada.send("hello");
  for await (const { sender } of ben.messages()) if (sender === "ada") break;
  metered.metrics.observeLag(0.01);
  return await metered.metrics.text();
}

/** A direct server that got a message from a client; and what it shows then. */
async function directText(): Promise<string> {
  await using metered = await meteredDirect();
  const { local, fingerprint } = metered.server;
  await using client = await DirectClient.connect({ server: local, serverKey: fingerprint });
  await client.send("hello");
  return await metered.metrics.text();
}

metricsParserTest("Metrics.text() of a relay in use is read by another parser", async (parse) => {
  const families = await parse(await relayText());
  const value = (name: string, labels?: Record<string, string>) => valueOf(families, name, labels);
  assertEquals(value("hushcast_clients"), 2);
  assertEquals(value("hushcast_max_clients"), 10_000);
  assertEquals(value("hushcast_registrations_total", { result: "accepted" }), 2);
  assertEquals(value("hushcast_messages_received_total"), 1);
  assertEquals(value("hushcast_messages_received_bytes_total"), 5);
  assertEquals(value("hushcast_deliveries_total"), 1);
  assertEquals(value("hushcast_history_messages"), 1);
  assertEquals(value("hushcast_drops_total", { reason: "internal_error" }), 0);
  assertEquals(value("hushcast_rsa_operation_duration_seconds_count"), 2);
  assertGreater(value("hushcast_rsa_operation_duration_seconds_sum") ?? 0, 0);
  assertGreater(value("process_resident_memory_bytes") ?? 0, 1024 ** 2);
});

metricsParserTest(
  "Metrics.text() of a direct server in use is read by another parser",
  async (parse) => {
    const families = await parse(await directText());
    const value = (name: string, labels?: Record<string, string>) =>
      valueOf(families, name, labels);
    assertEquals(value("hushcast_clients"), 1);
    assertEquals(value("hushcast_messages_received_total"), 1);
    assertEquals(value("hushcast_unread_messages"), 1);
    assertGreater(value("hushcast_acks_sent_total") ?? 0, 0);
    const count = "hushcast_rsa_operation_duration_seconds_count";
    const operations = ["decrypt", "import"].map((operation) => value(count, { operation }));
    assertEquals(operations, [1, 1]);
  },
);

const SHOWN = [{ kind: "relay", text: relayText }, { kind: "direct", text: directText }] as const;

for (const { kind, text } of SHOWN) {
  metricsParserTest(
    `Metrics.text() of a ${kind} server has whole metrics, each once`,
    async (parse) => {
      const families = await parse(await text());
      const names = families.map(({ name }) => name);
      assertEquals(new Set(names).size, names.length);
      const incomplete = families.filter(({ type, help, samples }) =>
        type === "unknown" || help === "" || samples.length === 0 ||
        samples.some(({ value }) => !Number.isFinite(value) || value < 0)
      );
      assertEquals(incomplete, []);
      for (const family of families.filter(({ type }) => type === "histogram")) {
        assertCumulative(family);
      }
      const build = families.find(({ name }) => name === "hushcast_build_info")?.samples[0];
      const { version, runtime } = PROCESS_PROFILE;
      assertEquals(build, {
        name: "hushcast_build_info",
        labels: { version, runtime, kind },
        value: 1,
      });
    },
  );

  promtoolTest(`Metrics.text() of a ${kind} server passes promtool check metrics`, async () => {
    assertEquals(await promtool(["check", "metrics"], await text()), { code: 0, output: "" });
  });
}

function assertCumulative({ name, samples }: ParsedFamily): void {
  const series = Map.groupBy(
    samples,
    ({ labels: { le: _le, ...labels } }) => JSON.stringify(labels),
  );
  for (const ofOne of series.values()) {
    const buckets = ofOne.filter((sample) => sample.name === `${name}_bucket`);
    const counts = buckets.map(({ value }) => value);
    assertEquals(counts, counts.toSorted((a, b) => a - b), name);
    assertEquals(buckets.at(-1)?.labels["le"], "+Inf");
    assertEquals(counts.at(-1), ofOne.find((sample) => sample.name === `${name}_count`)?.value);
    assert(ofOne.some((sample) => sample.name === `${name}_sum`), name);
  }
}
