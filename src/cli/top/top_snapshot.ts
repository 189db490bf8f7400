import { escapeUnprintable } from "../../observe/printable_text.ts";
import { statisticAt } from "../../observe/statistics_tree.ts";
import type { RatedClient } from "../../watch/client_rates.ts";
import { headRows } from "./top_head.ts";
import { shortTime } from "./top_numbers.ts";
import { topTable } from "./top_table.ts";
import type { TopView } from "./top_view.ts";

/** What `--json` prints; names and units are those of the control port and of `/events`. */
export interface TopJson {
  /** `host:port` of the control port. */
  readonly server: string;
  readonly kind: "relay" | "direct";
  /** When the second look was, ISO 8601. */
  readonly time: string;
  /** Time between the looks, milliseconds. */
  readonly interval_ms: number;
  /** What flows a second. */
  readonly rates: object;
  /** What `get_stats` gives. */
  readonly statistics: object;
  /** The clients, sorted and filtered. */
  readonly clients: readonly object[];
}

/**
 * Writes a view as plain text: figures, one a line, then all clients in columns.
 *
 * @param view What is shown.
 * @returns Lines without escape sequences or control characters.
 */
export function snapshotLines(view: TopView): string[] {
  const { server, figures, order, filter, clients } = view;
  const uptimeMs = statisticAt(figures.statistics, "uptime_seconds") * 1000;
  const named: [string, string][] = [
    ["server", escapeUnprintable(server)],
    ["kind", figures.kind],
    ["uptime", shortTime(uptimeMs)],
    ...headFigures(view),
    ["sorted", `${order.key} ${order.isDescending ? "descending" : "ascending"}`],
  ];
  if (filter.trim() !== "") {
    named.push(["filter", escapeUnprintable(filter)], ["shown", String(clients.length)]);
  }
  const width = Math.max(...named.map(([name]) => name.length));
  const table = topTable(view, { width: Infinity, maxRows: Infinity });
  return [
    ...named.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
    "",
    ...[table.head, ...table.rows].map((line) => line.trimEnd()),
  ];
}

/**
 * Makes a view an object for programs.
 *
 * @param view What is shown.
 */
export function snapshotJson(view: TopView): TopJson {
  const { server, intervalMs, figures, clients } = view;
  const { kind, unixMs, rates, statistics } = figures;
  return {
    server,
    kind,
    time: new Date(unixMs).toISOString(),
    interval_ms: intervalMs,
    rates: rates === undefined ? {} : { ...rounded(rates), drops: rounded(rates.drops) },
    statistics,
    clients: clients.map(clientJson),
  };
}

function headFigures({ figures }: TopView): [string, string][] {
  return headRows(figures).flat().flatMap(({ label, figures }) =>
    figures.map(([name, value]): [string, string] => [
      name === "" ? label : `${label}.${name}`,
      value,
    ])
  );
}

function clientJson({ row, rates }: RatedClient): object {
  return {
    ...row,
    rates: rounded({
      messages_in: rates.messagesIn,
      messages_out: rates.messagesOut,
      bytes_in: rates.bytesIn,
      bytes_out: rates.bytesOut,
    }),
  };
}

/** Three places, as `/events` has them; what is no number is left out. */
function rounded(rates: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(rates).flatMap(([name, rate]) =>
      typeof rate === "number" ? [[name, Math.round(rate * 1000) / 1000] as const] : []
    ),
  );
}
