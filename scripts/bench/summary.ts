import { FIGURE_NAMES, type FigureName, FIGURES, type Figures } from "./figures.ts";
import type { Measurement } from "./measurement.ts";
import type { BenchCase } from "./scenarios.ts";
import { median } from "./statistics.ts";

/** What all rounds of one relay say of a case. */
export interface RelaySummary {
  /** Letter of the relay. */
  readonly letter: string;
  /** Medians of the rounds that were measured; empty when none was. */
  readonly medians: Figures;
  /** Medians divided by those of the relay given last; empty where there is nothing to compare. */
  readonly ratios: Figures;
  /**
   * What the ratios are against: the letter of the relay given last, behind which stands
   * `, per-recipient` when it can't deliver as in this case; `undefined` without ratios.
   */
  readonly against: string | undefined;
  /** Why rounds were left out or failed, each reason once. */
  readonly reasons: readonly string[];
}

/** What was measured in a case. */
export interface CaseSummary {
  readonly benchCase: BenchCase;
  /** In the order of the command line. */
  readonly relays: readonly RelaySummary[];
}

/** What a relay is compared with. */
interface Base {
  readonly name: string;
  readonly medians: Figures;
}

/**
 * Sums up the measurements of one case.
 *
 * @param benchCase The case.
 * @param letters All relays that are compared; ratios are against the last one.
 * @param measurements Those of this case, in any order.
 * @param earlier Cases summed up before: where the last relay knows no group delivery, ratios are
 *   against what it did per recipient.
 */
export function summarise(
  benchCase: BenchCase,
  letters: readonly string[],
  measurements: readonly Measurement[],
  earlier: readonly CaseSummary[] = [],
): CaseSummary {
  const rows = letters.map((letter) => {
    const results = measurements.filter((one) => one.letter === letter).map((one) => one.result);
    const figures = results.flatMap((one) => one.outcome === "measured" ? [one.figures] : []);
    const reasons = results.flatMap((one) => one.outcome === "measured" ? [] : [one.reason]);
    return { letter, medians: mediansOf(figures), reasons: [...new Set(reasons)] };
  });
  const last = rows.at(-1);
  const base = last && baseOf(benchCase, last, earlier);
  const relays = rows.map((row) => {
    const ratios = base === undefined || row === last ? {} : ratiosOf(row.medians, base.medians);
    return { ...row, ratios, against: isEmpty(ratios) ? undefined : base?.name };
  });
  return { benchCase, relays };
}

function baseOf(
  { scenario, load }: BenchCase,
  { letter, medians }: Pick<RelaySummary, "letter" | "medians">,
  earlier: readonly CaseSummary[],
): Base | undefined {
  if (!isEmpty(medians)) return { name: letter, medians };
  const same = earlier.find(({ benchCase }) =>
    benchCase.scenario === scenario && benchCase.delivery === "per-recipient" &&
    JSON.stringify(benchCase.load) === JSON.stringify(load)
  );
  const row = same?.relays.find((relay) => relay.letter === letter);
  return row && { name: `${letter}, per-recipient`, medians: row.medians };
}

function isEmpty(figures: Figures): boolean {
  return Object.keys(figures).length === 0;
}

function mediansOf(rounds: readonly Figures[]): Figures {
  return pick((name) => {
    const values = rounds.flatMap((figures) => figures[name] ?? []);
    return values.length === 0 ? undefined : median(values);
  });
}

function ratiosOf(medians: Figures, base: Figures): Figures {
  return pick((name) => {
    const [value, baseValue] = [medians[name], base[name]];
    if (!FIGURES[name].isCompared || value === undefined || !baseValue) return undefined;
    return value / baseValue;
  });
}

function pick(valueOf: (name: FigureName) => number | undefined): Figures {
  const figures: Partial<Record<FigureName, number>> = {};
  for (const name of FIGURE_NAMES) {
    const value = valueOf(name);
    if (value !== undefined) figures[name] = value;
  }
  return figures;
}
