import { alignedRows } from "../aligned_rows.ts";
import { clusterLoadLabel } from "./cluster_cases.ts";
import {
  CLUSTER_FIGURE_NAMES,
  CLUSTER_FIGURES,
  type ClusterFigureName,
} from "./cluster_figures.ts";
import type { ClusterSummary } from "./cluster_summary.ts";

/** Shown where a setting has no such figure. */
const NOTHING = "-";

/**
 * Writes what was measured in a scenario as a table: a line a setting.
 *
 * @param summaries Cases of one scenario, at least one, those of a load behind each other.
 * @returns Lines; columns that nobody filled are left out. Why something is missing stands below.
 */
export function clusterTable(summaries: readonly ClusterSummary[]): string[] {
  const names = CLUSTER_FIGURE_NAMES.filter((name) =>
    summaries.some(({ medians }) => name in medians)
  );
  const rows = [["", "", ...names.map((name) => CLUSTER_FIGURES[name].title)]];
  let lastLabel = "";
  for (const summary of summaries) {
    const label = clusterLoadLabel(summary.clusterCase.load);
    const { setting } = summary.clusterCase;
    const cells = names.map((name) => cell(summary, name));
    rows.push([label === lastLabel ? "" : label, setting, ...cells]);
    lastLabel = label;
  }
  return [
    summaries[0]?.clusterCase.scenario ?? "",
    ...alignedRows(rows),
    ...reasonLines(summaries),
  ];
}

function cell({ medians }: ClusterSummary, name: ClusterFigureName): string {
  return medians[name]?.toFixed(CLUSTER_FIGURES[name].decimals) ?? NOTHING;
}

function reasonLines(summaries: readonly ClusterSummary[]): string[] {
  return summaries.flatMap(({ clusterCase: { setting, load }, reasons }) =>
    reasons.map((reason) => `${setting}, ${clusterLoadLabel(load)}: ${reason}`)
  );
}
