import { escapeUnprintable } from "../../observe/printable_text.ts";
import { statisticAt, type StatisticsTree } from "../../observe/statistics_tree.ts";
import { dropsOf } from "../../watch/traffic_rates.ts";
import { rsaOperationsOf, type TopFigures, type TopRates } from "./top_figures.ts";
import { shortBytes, shortNumber } from "./top_numbers.ts";

/** A figure of the head: its name within the group, which may be empty, and its value. */
export type HeadFigure = readonly [name: string, value: string];

/** Figures that belong together. */
export interface HeadGroup {
  /** What they are of. */
  readonly label: string;
  readonly figures: readonly HeadFigure[];
  /** Whether something may be wrong. */
  readonly isAlarming?: boolean;
}

/** A line of the head. */
export type HeadRow = readonly HeadGroup[];

/** How many lines of figures any head has. */
export const HEAD_ROWS = 4;

/** Stands for a rate that is not known yet. */
export const NO_VALUE = "-";

/** The reasons that are named at most; servers have 16. */
const MAX_REASONS = 16;

/**
 * What the head shows beside server and uptime.
 *
 * @param figures The figures.
 * @returns `HEAD_ROWS` rows.
 */
export function headRows({ kind, statistics, rates }: TopFigures): readonly HeadRow[] {
  const ofKind = kind === "relay" ? relayRows(statistics, rates) : directRows(statistics, rates);
  return [trafficRow(statistics, rates), [dropsGroup(statistics, rates)], ...ofKind];
}

function trafficRow(statistics: StatisticsTree, rates: TopRates | undefined): HeadRow {
  return [
    group("clients", ["", count(statistics, "clients")]),
    group(
      "messages",
      ["in", perSecond(rates?.messages_in)],
      ["out", perSecond(rates?.messages_out)],
    ),
    group(
      "bytes",
      ["in", perSecond(rates?.bytes_in, shortBytes)],
      ["out", perSecond(rates?.bytes_out, shortBytes)],
    ),
  ];
}

function dropsGroup(statistics: StatisticsTree, rates: TopRates | undefined): HeadGroup {
  const dropped = Object.entries(rates?.drops ?? {}).toSorted(([, a], [, b]) => b - a);
  const all = [...dropsOf(statistics).values()].reduce((sum, drops) => sum + drops, 0);
  const sum = dropped.reduce((total, [, rate]) => total + rate, 0);
  const reasons = dropped.slice(0, MAX_REASONS)
    .map(([reason, rate]): HeadFigure => [escapeUnprintable(reason), perSecond(rate)]);
  return {
    label: "drops",
    figures: [["", perSecond(rates && sum)], ["total", String(all)], ...reasons],
    isAlarming: sum > 0,
  };
}

function relayRows(statistics: StatisticsTree, rates: TopRates | undefined): HeadRow[] {
  return [
    [
      counts(statistics, "registrations", ["waiting", "accepted", "rejected"]),
      rsaGroup(statistics, rates),
    ],
    [
      counts(statistics, "group", ["epoch", "members"]),
      historyGroup(statistics),
    ],
  ];
}

function directRows(statistics: StatisticsTree, rates: TopRates | undefined): HeadRow[] {
  return [
    [counts(statistics, "keys", ["accepted", "refused"]), rsaGroup(statistics, rates)],
    [
      group("strangers", ["", count(statistics, "strangers")]),
      group("unfinished", [
        "",
        shortBytes(
          statisticAt(statistics, "fragments.unfinished_bytes") +
            statisticAt(statistics, "transfers.unfinished_bytes"),
        ),
      ]),
    ],
  ];
}

function rsaGroup(statistics: StatisticsTree, rates: TopRates | undefined): HeadGroup {
  const waiting: HeadFigure[] = statistics.rsa === undefined ? [] : [
    ["running", count(statistics, "rsa.running")],
    ["waiting", count(statistics, "rsa.waiting")],
  ];
  return group(
    "rsa",
    ["", perSecond(rates?.rsa_operations)],
    ["total", String(rsaOperationsOf(statistics))],
    ...waiting,
  );
}

function historyGroup(statistics: StatisticsTree): HeadGroup {
  const size: HeadFigure = ["", shortBytes(statisticAt(statistics, "history.bytes"))];
  return group("history", size, ["messages", count(statistics, "history.messages")]);
}

function counts(
  statistics: StatisticsTree,
  label: string,
  names: readonly string[],
): HeadGroup {
  return group(
    label,
    ...names.map((name) => [name, count(statistics, `${label}.${name}`)] as const),
  );
}

function group(label: string, ...figures: HeadFigure[]): HeadGroup {
  return { label, figures };
}

function count(statistics: StatisticsTree, path: string): string {
  return String(statisticAt(statistics, path));
}

function perSecond(rate: number | undefined, write = shortNumber): string {
  return rate === undefined ? NO_VALUE : `${write(rate)}/s`;
}
