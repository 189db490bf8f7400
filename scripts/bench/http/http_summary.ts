import type { HttpCase } from "./http_cases.ts";
import { HTTP_FIGURES, type HttpFigures, pickHttpFigures } from "./http_figures.ts";
import type { HttpOutcome, HttpSetting } from "./http_job.ts";

/** One measurement of a case; `idle` has several. */
export interface HttpMeasurement {
  readonly httpCase: HttpCase;
  readonly result: HttpOutcome;
}

/** What all rounds say of a case. */
export interface HttpSummary {
  readonly httpCase: HttpCase;
  /** Means of the rounds of each setting, in the order in which they were measured. */
  readonly rows: readonly { readonly setting: HttpSetting; readonly figures: HttpFigures }[];
  /** What the second setting takes beyond the first; `undefined` unless there are two. */
  readonly difference: HttpFigures | undefined;
  /** Why something is missing, each reason once. */
  readonly reasons: readonly string[];
}

/**
 * Sums up the measurements of one case. By means, not by medians: processor time comes in steps, and
 * the mean is that of the whole time.
 *
 * @param httpCase The case.
 * @param results What was measured of it.
 */
export function summariseHttp(httpCase: HttpCase, results: readonly HttpOutcome[]): HttpSummary {
  const readings = results.flatMap((one) => one.outcome === "measured" ? one.readings : []);
  const rows = [...Map.groupBy(readings, ({ setting }) => setting)].map(([setting, rounds]) => ({
    setting,
    figures: meansOf(rounds.map(({ figures }) => figures)),
  }));
  const [first, second] = rows;
  const difference = first && second && differenceOf(first.figures, second.figures);
  return { httpCase, rows, difference, reasons: [...new Set(results.flatMap(reasonOf))] };
}

function meansOf(rounds: readonly HttpFigures[]): HttpFigures {
  return pickHttpFigures((name) => {
    const values = rounds.flatMap((figures) => figures[name] ?? []);
    if (values.length === 0) return undefined;
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

function differenceOf(first: HttpFigures, second: HttpFigures): HttpFigures {
  return pickHttpFigures((name) => {
    const [before, after] = [first[name], second[name]];
    if (!HTTP_FIGURES[name].isCompared) return undefined;
    return before === undefined || after === undefined ? undefined : after - before;
  });
}

function reasonOf(result: HttpOutcome): string[] {
  if (result.outcome === "measured") return [];
  return [result.outcome === "left_out" ? `left out, ${result.reason}` : result.reason];
}
