import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { ClientOrder, ClientSortKey } from "../../watch/client_order.ts";
import type { ClientRates, RatedClient } from "../../watch/client_rates.ts";
import { cellWidth, fitCells } from "./top_cells.ts";
import { NO_VALUE } from "./top_head.ts";
import { shortNumber, shortTime } from "./top_numbers.ts";
import type { TopView } from "./top_view.ts";

/** The clients as lines of text in columns, the head first. */
export interface TopTable {
  readonly head: string;
  readonly rows: readonly string[];
}

/** Which clients to write, and how wide. */
export interface TopTableOptions {
  /** Cells of a line; `Infinity` leaves nothing out. */
  readonly width: number;
  /** How many clients at most. */
  readonly maxRows: number;
}

interface Column {
  readonly key: ClientSortKey;
  readonly title: string;
  readonly side: "left" | "right";
  /** Cells of the title with its arrow, and of any value. */
  readonly width: number;
}

const ARROWS = { ascending: "↑", descending: "↓" };

const NARROWEST_ID = 12;

const NUMBER_COLUMNS: readonly Column[] = [
  { key: "since", title: "SINCE", side: "right", width: 7 },
  { key: "idle", title: "IDLE", side: "right", width: 6 },
  { key: "messages-in", title: "MSG IN", side: "right", width: 7 },
  { key: "messages-out", title: "MSG OUT", side: "right", width: 8 },
  { key: "bytes-in", title: "B IN", side: "right", width: 6 },
  { key: "bytes-out", title: "B OUT", side: "right", width: 6 },
];

/** What goes first where there is no room for all; never what the clients are sorted by. */
const SPARED: readonly ClientSortKey[] = ["since", "idle", "address", "bytes-out", "bytes-in"];

/**
 * Writes clients as a table.
 *
 * @param view What is shown; the table begins at its `offset`.
 * @param options How much room there is.
 */
export function topTable(view: TopView, { width, maxRows }: TopTableOptions): TopTable {
  const columns = columnsFor(view, width);
  const line = (textOf: (column: Column) => string) =>
    columns.map((column) => fitCells(textOf(column), column.width, column.side)).join(" ");
  return {
    head: line((column) => titleOf(column, view.order)),
    rows: view.clients.slice(view.offset, view.offset + maxRows)
      .map((client) => line(({ key }) => valueOf(key, client, view))),
  };
}

function columnsFor({ clients, order }: TopView, width: number): readonly Column[] {
  const idWidth = longest("ID", clients.map(({ row }) => row.id));
  const address = longest("ADDRESS", clients.map(({ row }) => row.address));
  let others: readonly Column[] = [
    { key: "address", title: "ADDRESS", side: "left", width: address },
    ...NUMBER_COLUMNS,
  ];
  const room = () => width - others.reduce((sum, column) => sum + 1 + column.width, 0);
  for (const key of SPARED) {
    if (room() >= Math.min(idWidth, NARROWEST_ID)) break;
    others = others.filter((column) => column.key !== key || key === order.key);
  }
  const left = Math.max(room(), Math.min(idWidth, NARROWEST_ID));
  return [{ key: "id", title: "ID", side: "left", width: Math.min(idWidth, left) }, ...others];
}

/** One cell more than the title, for the arrow. */
function longest(title: string, values: readonly string[]): number {
  return values.reduce(
    (width, value) => Math.max(width, cellWidth(escapeUnprintable(value))),
    title.length + 1,
  );
}

function titleOf({ key, title }: Column, order: ClientOrder): string {
  if (key !== order.key) return title;
  return title + (order.isDescending ? ARROWS.descending : ARROWS.ascending);
}

function valueOf(key: ClientSortKey, { row, rates }: RatedClient, { figures }: TopView): string {
  const rate = (name: keyof ClientRates) =>
    figures.rates === undefined ? NO_VALUE : shortNumber(rates[name]);
  switch (key) {
    case "id":
      return escapeUnprintable(row.id);
    case "address":
      return escapeUnprintable(row.address);
    case "since":
      return shortTime(figures.unixMs - row.since_ms);
    case "idle":
      return shortTime(figures.unixMs - row.last_seen_ms);
    case "messages-in":
      return rate("messagesIn");
    case "messages-out":
      return rate("messagesOut");
    case "bytes-in":
      return rate("bytesIn");
    case "bytes-out":
      return rate("bytesOut");
    default:
      return key satisfies never;
  }
}
