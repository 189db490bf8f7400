import { assertEquals } from "@std/assert";
import {
  type MetricName,
  METRICS,
  type MetricSources,
} from "../../../src/http/metrics/metrics_catalogue.ts";
import { DIRECT_METRIC_SOURCES } from "../../../src/http/metrics/metrics_direct.ts";
import { RELAY_METRIC_SOURCES } from "../../../src/http/metrics/metrics_relay.ts";
import type { StatisticsTree } from "../../../src/observe/statistics_tree.ts";
import { meteredDirect, meteredRelay } from "../../support/metrics_servers.ts";

/** Numbers of `get_stats` that have no metric of their own, and why. */
const DERIVED: Readonly<Record<"relay" | "direct", Readonly<Record<string, string>>>> = {
  relay: {
    uptime_seconds: "time() - process_start_time_seconds",
    "registrations.rsa_operations":
      "hushcast_rsa_operation_duration_seconds_count, and hushcast_rsa_running on top",
    "registrations.rsa_seconds": "hushcast_rsa_operation_duration_seconds_sum",
  },
  direct: {
    uptime_seconds: "time() - process_start_time_seconds",
    "rsa.decryptions":
      'hushcast_rsa_operation_duration_seconds_count{operation="decrypt"}, and those under way',
    "rsa.public_operations": "the counts of the other operations, and those under way",
    "rsa.seconds": 'hushcast_rsa_operation_duration_seconds_sum{operation="decrypt"}',
  },
};

function pathsOf(tree: StatisticsTree, prefix = ""): string[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "number" ? [`${prefix}${name}`] : pathsOf(value, `${prefix}${name}.`)
  );
}

function sourcePaths(sources: MetricSources): string[] {
  return Object.values(sources).flatMap((source) =>
    typeof source === "string" ? [source] : Object.values(source)
  );
}

const KINDS = [
  { kind: "relay", sources: RELAY_METRIC_SOURCES, start: meteredRelay },
  { kind: "direct", sources: DIRECT_METRIC_SOURCES, start: meteredDirect },
] as const;

for (const { kind, sources, start } of KINDS) {
  Deno.test(`Metrics of a ${kind} server show every number of get_stats, and no other`, async () => {
    await using metered = await start();
    const shown = [...sourcePaths(sources), ...Object.keys(DERIVED[kind])];
    assertEquals(shown.toSorted(), pathsOf(metered.server.stats()).toSorted());
  });

  Deno.test(`Metrics of a ${kind} server have labels where they have several series`, () => {
    const wrong = Object.entries(sources).filter(([name, source]) => {
      // Checked: `MetricSources` has no other keys.
      const { type, labels = [] }: { type: string; labels?: readonly string[] } =
        METRICS[name as MetricName];
      const wanted = typeof source === "string" ? 0 : 1;
      return type === "histogram" || labels.length !== wanted;
    });
    assertEquals(wrong, []);
  });
}

Deno.test("METRICS has the names and types that Prometheus wants", () => {
  const wrong = Object.entries(METRICS).filter(([name, { type, help }]) =>
    !/^(?:hushcast|process)_[a-z_]+$/.test(name) ||
    name.endsWith("_total") !== (type === "counter") ||
    type === "histogram" && !name.endsWith("_seconds") || !/^[A-Z].*\.$/.test(help)
  );
  assertEquals(wrong, []);
});
