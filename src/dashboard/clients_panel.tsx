/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { useMemo, useRef, useState } from "preact/hooks";
import {
  type ClientOrder,
  filterClients,
  naturalOrder,
  sortClients,
} from "../watch/client_order.ts";
import type { RatedClient } from "../watch/client_rates.ts";
import { rowKey } from "../watch/client_row.ts";
import { ClientTable } from "./client_table.tsx";
import type { DialogRequest } from "./dialog_request.ts";
import { formatCount } from "./format_number.ts";
import { holdOrder } from "./held_order.ts";
import { ServerActions } from "./server_actions.tsx";

/** What the clients' panel is drawn from. */
export interface ClientsPanelProps {
  readonly clients: readonly RatedClient[];
  /** The commands that the server takes. */
  readonly commands: readonly string[];
  readonly nowMs: number;
  readonly isLive: boolean;
  readonly onRequest: (request: DialogRequest) => void;
}

/** The rows that are shown at once; more on demand. */
const PAGE_ROWS = 1_000;

/** The clients: a filter, a table, and what can be done to all of them. */
export function ClientsPanel({ clients, commands, nowMs, isLive, onRequest }: ClientsPanelProps) {
  const [order, setOrder] = useState<ClientOrder>(naturalOrder("id"));
  const [text, setText] = useState("");
  const [limit, setLimit] = useState(PAGE_ROWS);
  const [isHeld, hold] = useState(false);
  const found = useMemo(
    () => sortClients(filterClients(clients, text), order),
    [clients, text, order],
  );
  const shown = useHeldOrder(found, order, isHeld);
  return (
    <section class="panel" id="clients" aria-labelledby="clients-title" tabIndex={-1}>
      <div class="panel-head">
        <h2 id="clients-title">Clients</h2>
        <label class="field">
          <span class="visually-hidden">Filter clients</span>
          <input
            type="search"
            placeholder="Filter by name, address, session…"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        {/* Told to who searches, not each time that a client comes or goes. */}
        <p class="count" role={text === "" ? undefined : "status"}>
          {formatCount(found.length)} of {formatCount(clients.length)}
        </p>
        <ServerActions commands={commands} isLive={isLive} onRequest={onRequest} />
      </div>
      <ClientTable
        clients={shown.slice(0, limit)}
        order={order}
        onOrder={setOrder}
        commands={commands}
        nowMs={nowMs}
        isLive={isLive}
        onHold={hold}
        onRequest={onRequest}
      />
      {shown.length === 0 && (
        <p class="empty">{clients.length === 0 ? "No clients." : "No client has this text."}</p>
      )}
      {shown.length > limit && (
        <p class="more">
          The first {formatCount(limit)} of {formatCount(shown.length)}.{" "}
          <button type="button" onClick={() => setLimit(limit + PAGE_ROWS)}>
            Show {formatCount(PAGE_ROWS)} more
          </button>
        </p>
      )}
    </section>
  );
}

/** Sorted clients; while they are held, those that were there stay where they were. */
function useHeldOrder(
  sorted: readonly RatedClient[],
  order: ClientOrder,
  isHeld: boolean,
): readonly RatedClient[] {
  const former = useRef({ order, keys: [] as readonly string[] });
  const isSameOrder = former.current.order === order;
  const shown = isHeld && isSameOrder ? holdOrder(sorted, former.current.keys) : sorted;
  former.current = { order, keys: shown.map(({ row }) => rowKey(row)) };
  return shown;
}
