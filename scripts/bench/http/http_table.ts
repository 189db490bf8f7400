import { alignedRows } from "../aligned_rows.ts";
import { httpCaseLabel } from "./http_cases.ts";
import {
  HTTP_FIGURE_NAMES,
  HTTP_FIGURES,
  type HttpFigureName,
  type HttpFigures,
} from "./http_figures.ts";
import type { HttpSummary } from "./http_summary.ts";

/** Shown where a setting has no such figure. */
const NOTHING = "-";

/**
 * Writes what was measured in a scenario as a table: a line a setting, and their difference.
 *
 * @param summaries Cases of one scenario, at least one.
 * @returns Lines; columns that nobody filled are left out. Why something is missing stands below.
 */
export function httpTable(summaries: readonly HttpSummary[]): string[] {
  const names = HTTP_FIGURE_NAMES.filter((name) =>
    summaries.some(({ rows }) => rows.some(({ figures }) => name in figures))
  );
  const head = ["", "", ...names.map((name) => HTTP_FIGURES[name].title)];
  const rows = summaries.flatMap((summary) => rowsOf(summary, names));
  return [
    summaries[0]?.httpCase.scenario ?? "",
    ...rows.length === 0 ? [] : alignedRows([head, ...rows]),
    ...summaries.flatMap(({ httpCase, reasons }) =>
      reasons.map((reason) => `${httpCaseLabel(httpCase)}: ${reason}`)
    ),
  ];
}

function rowsOf(
  { httpCase, rows, difference }: HttpSummary,
  names: readonly HttpFigureName[],
): string[][] {
  const settings = rows.map(({ setting, figures }, index) => [
    index === 0 ? httpCaseLabel(httpCase) : "",
    setting,
    ...names.map((name) => cell(figures, name) ?? NOTHING),
  ]);
  if (difference === undefined) return settings;
  return [...settings, ["", "difference", ...names.map((name) => cell(difference, name) ?? "")]];
}

function cell(figures: HttpFigures, name: HttpFigureName): string | undefined {
  return figures[name]?.toFixed(HTTP_FIGURES[name].decimals);
}
