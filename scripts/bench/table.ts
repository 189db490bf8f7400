import { alignedRows } from "./aligned_rows.ts";
import { FIGURE_NAMES, type FigureName, FIGURES, type Figures } from "./figures.ts";
import { caseLabel } from "./scenarios.ts";
import type { CaseSummary, RelaySummary } from "./summary.ts";

/** Shown where a relay has no such figure. */
const NOTHING = "-";

/** Below so many a second, a decimal more is shown. */
const SMALL_RATE = 100;

/**
 * Writes what was measured in a scenario as a table: a line a relay, and below it its ratios.
 *
 * @param summaries Cases of one scenario, at least one.
 * @returns Lines; columns that nobody filled are left out. Why something is missing stands below.
 */
export function scenarioTable(summaries: readonly CaseSummary[]): string[] {
  const relays = summaries.flatMap((summary) => summary.relays);
  const names = FIGURE_NAMES.filter((name) => relays.some(({ medians }) => name in medians));
  const rows = [["", "", ...names.map((name) => FIGURES[name].title)]];
  for (const { benchCase, relays } of summaries) {
    relays.forEach((relay, index) => {
      const label = index === 0 ? caseLabel(benchCase) : "";
      rows.push([label, relay.letter, ...names.map((name) => cell(relay.medians, name))]);
      if (relay.against !== undefined) {
        rows.push([`  against ${relay.against}`, "", ...ratioCells(relay, names)]);
      }
    });
  }
  return [summaries[0]?.benchCase.scenario ?? "", ...alignedRows(rows), ...reasonLines(summaries)];
}

function cell(figures: Figures, name: FigureName): string {
  const value = figures[name];
  if (value === undefined) return NOTHING;
  const { title, decimals } = FIGURES[name];
  const isSmallRate = title.endsWith("/s") && value < SMALL_RATE;
  return value.toFixed(isSmallRate ? Math.max(1, decimals) : decimals);
}

function ratioCells({ ratios }: RelaySummary, names: readonly FigureName[]): string[] {
  return names.map((name) => {
    const ratio = ratios[name];
    if (ratio === undefined) return "";
    return `x${ratio < 10 ? ratio.toPrecision(2) : ratio.toFixed(0)}`;
  });
}

function reasonLines(summaries: readonly CaseSummary[]): string[] {
  return summaries.flatMap(({ benchCase, relays }) =>
    relays.flatMap(({ letter, reasons }) =>
      reasons.map((reason) => `${letter}, ${caseLabel(benchCase)}: ${reason}`)
    )
  );
}
