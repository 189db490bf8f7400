import { escapeUnprintable } from "../../observe/printable_text.ts";
import { statisticAt } from "../../observe/statistics_tree.ts";
import type { TerminalSize } from "../cli_io.ts";
import { HEAD_ROWS, type HeadRow, headRows } from "./top_head.ts";
import { cutLine, span, type TopLine, type TopSpan } from "./top_line.ts";
import { fitCells } from "./top_cells.ts";
import { shortTime } from "./top_numbers.ts";
import { topTable } from "./top_table.ts";
import type { TopStatus, TopView } from "./top_view.ts";

/** The title, the head of the table and the foot. */
const OTHER_ROWS = 3;

const KEYS: readonly TopLine[] = [
  ["q Ctrl-C", "end"],
  ["Up Down PgUp PgDn", "scroll through the clients"],
  ["Home End", "go to the first, to the last"],
  ["< >", "sort by the column to the left, to the right"],
  ["i a s d", "sort by id, address, since, idle"],
  ["m M b B", "sort by messages in, out, bytes in, out, each a second"],
  ["r", "sort the other way round"],
  ["/", "type a filter; Enter keeps it, Esc goes back to the one before"],
  ["Esc", "show all clients"],
  ["Space", "stop the figures, and let them go on"],
  ["", ""],
  ["", "In and out are as seen from the server."],
].map(([keys = "", effect = ""]) => [
  span(`  ${fitCells(keys, 19, "left")}`, "label"),
  span(effect),
]);

/**
 * How many clients a screen shows at once.
 *
 * @param size Its size.
 */
export function pageRowsOf({ rows }: TerminalSize): number {
  return Math.max(1, rows - HEAD_ROWS - OTHER_ROWS);
}

/**
 * Lays a view out on a screen.
 *
 * @param view What is shown.
 * @param size The screen's size.
 * @returns As many lines as the screen has, none wider than it.
 */
export function renderTop(view: TopView, size: TerminalSize): TopLine[] {
  const { columns, rows } = size;
  const pageRows = pageRowsOf(size);
  const table = topTable(view, { width: columns, maxRows: pageRows });
  const clients = table.rows.map((row) => [span(row)]);
  const page = view.isHelpShown ? KEYS.slice(0, pageRows) : clients;
  const empty = Array.from({ length: pageRows - page.length }, () => []);
  const lines: TopLine[] = [
    titleLine(view),
    ...headRows(view.figures).map(headLine),
    [span(fitCells(table.head, columns, "left"), "bar")],
    ...page,
    ...empty,
    footLine(view, pageRows),
  ];
  return lines.slice(0, rows).map((line) => cutLine(line, columns));
}

function titleLine({ figures, server, status, intervalMs, isPaused }: TopView): TopLine {
  const uptime = shortTime(statisticAt(figures.statistics, "uptime_seconds") * 1000);
  return [
    span(`${figures.kind} ${escapeUnprintable(server)}`, "label"),
    span(`  up ${uptime}  `),
    ...isPaused ? [span("paused, Space goes on", "alarm"), span("  ")] : [],
    ...statusSpans(status, intervalMs),
  ];
}

function statusSpans(status: TopStatus, intervalMs: number): TopSpan[] {
  switch (status.state) {
    case "connected":
      return [span(`every ${intervalMs / 1000}s`, "faint")];
    case "back":
      return [span("connected again", "good")];
    case "late":
      return [span(`no answer for ${shortTime(status.forMs)}`, "alarm")];
    case "gone": {
      const reason = escapeUnprintable(status.reason);
      return [span(`gone for ${shortTime(status.forMs)}, trying again: ${reason}`, "alarm")];
    }
    default:
      return status satisfies never;
  }
}

function headLine(row: HeadRow): TopLine {
  return row.flatMap(({ label, figures, isAlarming }, index) => [
    ...index > 0 ? [span("    ")] : [],
    span(label, "label"),
    span(
      figures.map((figure) => ` ${figure.filter((part) => part !== "").join(" ")}`).join(" "),
      isAlarming ? "alarm" : "plain",
    ),
  ]);
}

function footLine(view: TopView, pageRows: number): TopLine {
  const { clients, figures, filter, isTyping, isHelpShown, offset } = view;
  if (isHelpShown) return [span("any key ends this page", "faint")];
  const last = Math.min(offset + pageRows, clients.length);
  const place = clients.length === 0 ? "0" : `${offset + 1}-${last} of ${clients.length}`;
  const text = escapeUnprintable(filter);
  if (isTyping) {
    return [span(`filter: ${text}_`, "label"), span(`  ${place}  Enter keeps it, Esc does not`)];
  }
  const filtered = filter.trim() === ""
    ? ""
    : ` (${figures.clients.length} without filter: ${text})`;
  return [span(`clients ${place}${filtered}  `), span("? keys  q end", "faint")];
}
