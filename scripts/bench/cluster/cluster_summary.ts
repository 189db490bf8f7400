import { median } from "../statistics.ts";
import type { ClusterCase } from "./cluster_cases.ts";
import {
  CLUSTER_FIGURE_NAMES,
  type ClusterFigureName,
  type ClusterFigures,
} from "./cluster_figures.ts";
import type { ClusterOutcome } from "./cluster_job.ts";

/** One case, one round. */
export interface ClusterMeasurement {
  readonly clusterCase: ClusterCase;
  /** From 1. */
  readonly round: number;
  readonly result: ClusterOutcome;
}

/** What all rounds say of a case. */
export interface ClusterSummary {
  readonly clusterCase: ClusterCase;
  /** Medians of the rounds that were measured; empty when none was. */
  readonly medians: ClusterFigures;
  /** Why rounds failed, each reason once. */
  readonly reasons: readonly string[];
}

/**
 * Sums up the rounds of one case.
 *
 * @param clusterCase The case.
 * @param results Its rounds, in any order.
 */
export function summariseCluster(
  clusterCase: ClusterCase,
  results: readonly ClusterOutcome[],
): ClusterSummary {
  const rounds = results.flatMap((one) => one.outcome === "measured" ? [one.figures] : []);
  const reasons = results.flatMap((one) => one.outcome === "measured" ? [] : [one.reason]);
  const medians: Partial<Record<ClusterFigureName, number>> = {};
  for (const name of CLUSTER_FIGURE_NAMES) {
    const values = rounds.flatMap((figures) => figures[name] ?? []);
    if (values.length > 0) medians[name] = median(values);
  }
  return { clusterCase, medians, reasons: [...new Set(reasons)] };
}
