import { assertEquals } from "@std/assert";
import type { ClusterCase } from "../../../../scripts/bench/cluster/cluster_cases.ts";
import { summariseCluster } from "../../../../scripts/bench/cluster/cluster_summary.ts";
import { clusterTable } from "../../../../scripts/bench/cluster/cluster_table.ts";

const LOAD = { senders: 6, receivers: 60, bytes: 256, placement: "spread" } as const;
const MEMORY: ClusterCase = { scenario: "capacity", setting: "memory", load: LOAD };
const NATS: ClusterCase = { ...MEMORY, setting: "nats-2" };

Deno.test("summariseCluster() gives medians of what was measured, and each reason once", () => {
  const failed = { outcome: "failed", reason: "no answer" } as const;
  const rounds = [1, 5, 2].map((lost) => ({ outcome: "measured", figures: { lost } }) as const);
  assertEquals(summariseCluster(MEMORY, [failed, ...rounds, failed]), {
    clusterCase: MEMORY,
    medians: { lost: 2 },
    reasons: ["no answer"],
  });
});

Deno.test("clusterTable() lines up settings, names a load once, and tells what failed", () => {
  const summaries = [
    summariseCluster(MEMORY, [
      {
        outcome: "measured",
        figures: { messages_per_second: 1_234.5, relay_1_cpu_us_per_message: 800, lost: 0 },
      },
    ]),
    summariseCluster(NATS, [{ outcome: "failed", reason: "too slow" }]),
    summariseCluster({ ...NATS, load: { ...LOAD, perSecond: 50 } }, [
      { outcome: "measured", figures: { messages_per_second: 50, nats_cpu_us_per_message: 99.6 } },
    ]),
  ];
  assertEquals(clusterTable(summaries), [
    "capacity",
    "                              msg/s  relay 1  NATS  lost",
    "6 to 60, 256 B        memory   1235      800     -     0",
    "                      nats-2      -        -     -     -",
    "6 to 60, 256 B, 50/s  nats-2     50        -   100     -",
    "nats-2, 6 to 60, 256 B: too slow",
  ]);
});
