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
} from "../../watch/client_order.ts";
import type { RatedClient } from "../../watch/client_rates.ts";
import type { ServerProfile } from "../../watch/feed_event.ts";
import { ClientTable } from "./client_table.tsx";
import type { DialogRequest } from "../actions/dialog_request.ts";
import { formatCount } from "../format_number.ts";
import { showClients, type ShownClients } from "./held_order.ts";
import { NoClients } from "./no_clients.tsx";
import { ServerActions } from "../actions/server_actions.tsx";

/** What the clients' panel is drawn from. */
export interface ClientsPanelProps {
  readonly clients: readonly RatedClient[];
  /** Who the server is, once it has told. */
  readonly profile: ServerProfile | undefined;
  readonly nowMs: number;
  readonly isLive: boolean;
  readonly onRequest: (request: DialogRequest) => void;
}

/** The rows that are shown at once; more on demand. */
const PAGE_ROWS = 1_000;

const HELD_TITLE = "Rows keep their places while the pointer or the keyboard is at one of them";

const NO_COMMANDS: readonly string[] = [];

/** The clients: a filter, a table, and what can be done to all of them. */
export function ClientsPanel({ clients, profile, nowMs, isLive, onRequest }: ClientsPanelProps) {
  const commands = profile?.commands ?? NO_COMMANDS;
  const [order, setOrder] = useState<ClientOrder>(naturalOrder("id"));
  const [text, setText] = useState("");
  const [limit, setLimit] = useState(PAGE_ROWS);
  const [toHold, hold] = useState(false);
  const question = useMemo(() => ({ text, order }), [text, order]);
  const found = useMemo(
    () => sortClients(filterClients(clients, text), order),
    [clients, question],
  );
  const { clients: shown, isHeld } = useShownClients(question, found, toHold);
  // Told to who searches, not each time that a client comes or goes.
  const told = useMemo(() => text === "" ? "" : `${formatCount(found.length)} found`, [text]);
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
        <p class="count">{formatCount(found.length)} of {formatCount(clients.length)}</p>
        <p class="visually-hidden" role="status">{told}</p>
        <p class={isHeld ? "count held" : "count held unseen"} title={HELD_TITLE}>Order held</p>
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
      {clients.length > 0 && shown.length === 0 && <p class="empty">No client has this text.</p>}
      {clients.length === 0 && profile !== undefined && <NoClients profile={profile} />}
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

/** Sorted clients; while they are to be held, those that were there stay where they were. */
function useShownClients(
  question: unknown,
  sorted: readonly RatedClient[],
  toHold: boolean,
): ShownClients {
  const former = useRef<ShownClients>({ question, clients: [], isHeld: false });
  former.current = showClients(former.current, question, sorted, toHold);
  return former.current;
}
