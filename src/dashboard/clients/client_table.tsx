/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useLayoutEffect, useRef } from "preact/hooks";
import { type ClientOrder, type ClientSortKey, naturalOrder } from "../../watch/client_order.ts";
import type { RatedClient } from "../../watch/client_rates.ts";
import { rowKey } from "../../watch/client_row.ts";
import { ClientTableRow } from "./client_table_row.tsx";
import type { DialogRequest } from "../actions/dialog_request.ts";
import { formatDuration, formatMoment } from "../format_time.ts";

/** What the table is drawn from. */
export interface ClientTableProps {
  readonly clients: readonly RatedClient[];
  readonly order: ClientOrder;
  readonly onOrder: (order: ClientOrder) => void;
  readonly commands: readonly string[];
  readonly nowMs: number;
  readonly isLive: boolean;
  /** Told whether the rows are to stay where they are. */
  readonly onHold: (isHeld: boolean) => void;
  readonly onRequest: (request: DialogRequest) => void;
}

const COLUMNS: readonly { readonly key: ClientSortKey; readonly label: string }[] = [
  { key: "id", label: "Client" },
  { key: "address", label: "Address" },
  { key: "since", label: "Since" },
  { key: "idle", label: "Idle" },
  { key: "messages-in", label: "Msg in/s" },
  { key: "messages-out", label: "Msg out/s" },
  { key: "bytes-in", label: "Bytes in/s" },
  { key: "bytes-out", label: "Bytes out/s" },
];

/**
 * The table of clients. Rows out of sight are skipped by the browser (`content-visibility`), which
 * wants rows that are no table rows by their layout; hence the roles.
 */
export function ClientTable(props: ClientTableProps) {
  const { clients, order, onOrder, commands, nowMs, isLive, onHold, onRequest } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const isPointedAt = useRef(false);
  const tellHold = () => onHold(isPointedAt.current || hasKeyboardWithin(body.current));
  useKeptFocus(body);
  // Browsers tell nothing of a focus that ends with the button that had it.
  useLayoutEffect(tellHold);
  const point = (isWithin: boolean) => {
    isPointedAt.current = isWithin;
    tellHold();
  };
  return (
    <div class="scroll clients-scroll" role="region" aria-label="List of clients" tabIndex={0}>
      <table class="clients" role="table" aria-labelledby="clients-title">
        <thead role="rowgroup">
          <tr role="row">
            {COLUMNS.map(({ key, label }) => (
              <SortHeader key={key} name={key} label={label} order={order} onOrder={onOrder} />
            ))}
            <th role="columnheader" scope="col">Actions</th>
          </tr>
        </thead>
        <tbody
          role="rowgroup"
          ref={body}
          onPointerEnter={() => point(true)}
          onPointerLeave={() => point(false)}
          onFocusIn={tellHold}
          onFocusOut={tellHold}
        >
          {clients.map(({ row, rates }) => (
            <ClientTableRow
              key={rowKey(row)}
              row={row}
              rates={rates}
              since={formatMoment(row.since_ms, nowMs)}
              idle={formatDuration(nowMs - row.last_seen_ms)}
              commands={commands}
              isLive={isLive}
              onRequest={onRequest}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeaderProps {
  readonly name: ClientSortKey;
  readonly label: string;
  readonly order: ClientOrder;
  readonly onOrder: (order: ClientOrder) => void;
}

function SortHeader({ name, label, order, onOrder }: SortHeaderProps) {
  const isSorted = order.key === name;
  const sort = isSorted ? (order.isDescending ? "descending" : "ascending") : "none";
  const turned = { key: name, isDescending: !order.isDescending };
  return (
    <th role="columnheader" scope="col" aria-sort={sort}>
      <button
        type="button"
        class="sort"
        onClick={() => onOrder(isSorted ? turned : naturalOrder(name))}
      >
        {label}
      </button>
    </th>
  );
}

/** Whether the keyboard is at a row: a button that was clicked keeps the focus for long, and unseen. */
function hasKeyboardWithin(element: Element | null): boolean {
  return (element?.querySelector(":focus-visible") ?? null) !== null;
}

function hasFocusWithin(element: Element | null): boolean {
  return element?.contains(document.activeElement) ?? false;
}

/** Where the focused row goes away, its table takes the focus; else the keyboard would be lost. */
function useKeptFocus(body: { readonly current: HTMLElement | null }): void {
  const focused = useRef<Element>(null);
  useLayoutEffect(() => {
    const isGone = focused.current !== null && !focused.current.isConnected;
    if (isGone && document.activeElement === document.body) {
      body.current?.closest<HTMLElement>(".scroll")?.focus();
    }
    focused.current = hasFocusWithin(body.current) ? document.activeElement : null;
  });
}
