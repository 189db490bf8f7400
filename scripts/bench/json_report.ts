import { notesFor } from "./bench_help.ts";
import type { BenchPlan } from "./bench_options.ts";
import type { Machine } from "./machine.ts";
import type { Measurement } from "./measurement.ts";
import { type BenchCase, caseLabel } from "./scenarios.ts";
import type { CaseSummary } from "./summary.ts";

/**
 * The whole of what was measured, for programs.
 *
 * @param machine On what.
 * @param plan What was asked for.
 * @param measurements Every round.
 * @param summaries Medians and ratios.
 * @returns What `JSON.stringify` takes; the names are those of docs/PERFORMANCE.md.
 */
export function jsonReport(
  machine: Machine,
  plan: BenchPlan,
  measurements: readonly Measurement[],
  summaries: readonly CaseSummary[],
): object {
  return {
    machine,
    settings: {
      rounds: plan.rounds,
      seconds: plan.seconds,
      warm_up_seconds: plan.warmUpSeconds,
      group_sockets: plan.groupSockets,
    },
    notes: notesFor(plan.cases),
    relays: plan.programs.map(({ letter, command }) => ({ relay: letter, command })),
    measurements: measurements.map(({ benchCase, letter, round, result }) => ({
      ...caseFields(benchCase),
      relay: letter,
      round,
      ...result,
    })),
    summaries: summaries.flatMap(({ benchCase, relays }) =>
      relays.map(({ letter, medians, ratios, against, reasons }) => ({
        ...caseFields(benchCase),
        relay: letter,
        medians,
        ratios,
        against,
        reasons,
      }))
    ),
  };
}

function caseFields(benchCase: BenchCase): object {
  const { scenario, delivery, load } = benchCase;
  return { scenario, case: caseLabel(benchCase), delivery, load };
}
