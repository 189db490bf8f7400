import { printHead, tellFailures } from "../bench_output.ts";
import { type Machine, readMachine } from "../machine.ts";
import { runJob } from "../run_generator.ts";
import { CLUSTER_SETTINGS, type ClusterCase, clusterLoadLabel } from "./cluster_cases.ts";
import { CLUSTER_NOTES } from "./cluster_help.ts";
import type { ClusterJob, ClusterOutcome } from "./cluster_job.ts";
import type { ClusterPlan } from "./cluster_options.ts";
import {
  type ClusterMeasurement,
  type ClusterSummary,
  summariseCluster,
} from "./cluster_summary.ts";
import { clusterTable } from "./cluster_table.ts";
import { MeasuredCluster } from "./measured_cluster.ts";

const GENERATOR = new URL("cluster_generator.ts", import.meta.url);

/**
 * Measures what is asked for, and prints it: the table of a scenario as soon as it is done, or JSON
 * at the end.
 *
 * @param plan What is measured.
 * @param say Takes what is said on standard error.
 * @param signal Ends it.
 * @returns Exit code: 1 when a measurement failed.
 * @throws {BenchError} If a relay does not start.
 * @throws {NatsMissingError} If `nats-server` is needed, and not installed.
 */
export async function runClusterBench(
  plan: ClusterPlan,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const machine = readMachine();
  if (!plan.isJson) printHead(machine, CLUSTER_NOTES);
  const all: ClusterMeasurement[] = [];
  const summaries: ClusterSummary[] = [];
  for (const cases of byScenario(plan.cases)) {
    const measurements = await measureLoads(plan, cases, say, signal);
    all.push(...measurements);
    const done = cases.map((one) =>
      summariseCluster(
        one,
        measurements.filter(({ clusterCase }) => clusterCase === one).map(({ result }) => result),
      )
    );
    summaries.push(...done);
    if (!plan.isJson) console.log(["", ...clusterTable(done)].join("\n"));
  }
  if (plan.isJson) console.log(JSON.stringify(report(machine, plan, all, summaries), undefined, 2));
  return tellFailures(all.map(({ result }) => result), say);
}

/** All settings of a load in turn, round by round: whatever else the machine does meets all alike. */
async function measureLoads(
  plan: ClusterPlan,
  cases: readonly ClusterCase[],
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<ClusterMeasurement[]> {
  const measurements: ClusterMeasurement[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    for (const clusterCase of cases) {
      const { scenario, setting, load } = clusterCase;
      say(`${scenario}, ${clusterLoadLabel(load)}: ${setting}, round ${round} of ${plan.rounds}`);
      const result = await measure(plan, clusterCase, signal);
      measurements.push({ clusterCase, round, result });
    }
  }
  return measurements;
}

async function measure(
  { seconds, warmUpSeconds }: ClusterPlan,
  { setting, load }: ClusterCase,
  signal: AbortSignal,
): Promise<ClusterOutcome> {
  signal.throwIfAborted();
  await using cluster = await MeasuredCluster.start(CLUSTER_SETTINGS[setting], signal);
  const { relays, natsPids } = cluster;
  const job: ClusterJob = { relays, natsPids, seconds, warmUpSeconds, load };
  return await runJob<ClusterOutcome>(GENERATOR, job, signal);
}

function byScenario(cases: readonly ClusterCase[]): ClusterCase[][] {
  return [...Map.groupBy(cases, ({ scenario }) => scenario).values()];
}

function report(
  machine: Machine,
  { rounds, seconds, warmUpSeconds }: ClusterPlan,
  measurements: readonly ClusterMeasurement[],
  summaries: readonly ClusterSummary[],
): object {
  return {
    machine,
    settings: { rounds, seconds, warm_up_seconds: warmUpSeconds },
    notes: CLUSTER_NOTES,
    measurements: measurements.map(({ clusterCase, round, result }) => ({
      ...clusterCase,
      round,
      ...result,
    })),
    summaries: summaries.map(({ clusterCase, medians, reasons }) => ({
      ...clusterCase,
      medians,
      reasons,
    })),
  };
}
