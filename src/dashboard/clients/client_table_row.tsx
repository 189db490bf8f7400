/// <reference no-default-lib="true" />
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="esnext" />
import { Component, createRef, type Ref } from "preact";
import { escapeUnprintable } from "../../observe/printable_text.ts";
import type { ClientRates } from "../../watch/client_rates.ts";
import type { ClientRow } from "../../watch/client_row.ts";
import type { DialogRequest } from "../actions/dialog_request.ts";
import { formatBytes, formatRate } from "../format_number.ts";

/** What a row is drawn from. */
export interface ClientTableRowProps {
  readonly row: ClientRow;
  readonly rates: ClientRates;
  /** Since when it is registered, as text. */
  readonly since: string;
  /** How long nothing came from it, as text: most seconds it is the only thing that changes. */
  readonly idle: string;
  readonly commands: readonly string[];
  readonly isLive: boolean;
  readonly onRequest: (request: DialogRequest) => void;
}

const ACTIONS = [
  { command: "send", kind: "send", label: "Send" },
  { command: "kick_client", kind: "kick", label: "Kick" },
  { command: "ban", kind: "ban", label: "Ban" },
] as const;

/**
 * A client's row. While the browser skips it, being out of sight, its figures stay as they are: of
 * a thousand rows with news each second, only those that somebody sees cost anything.
 */
export class ClientTableRow extends Component<ClientTableRowProps> {
  readonly #element = createRef<HTMLTableRowElement>();
  #isSkipped = false;

  /** Listens for whether the row is in sight; browsers that do not tell have all rows drawn. */
  override componentDidMount(): void {
    this.#element.current?.addEventListener("contentvisibilityautostatechange", (event) => {
      if (!(event instanceof ContentVisibilityAutoStateChangeEvent)) return;
      this.#isSkipped = event.skipped;
      if (!event.skipped) this.forceUpdate();
    });
  }

  /** What can be done with the client, and its name, are up to date in and out of sight. */
  override shouldComponentUpdate(next: ClientTableRowProps): boolean {
    const { row, rates, since, idle, commands, isLive, onRequest } = this.props;
    if (isLive !== next.isLive || commands !== next.commands) return true;
    if (row.id !== next.row.id || onRequest !== next.onRequest) return true;
    if (this.#isSkipped) return false;
    return row !== next.row || rates !== next.rates || since !== next.since || idle !== next.idle;
  }

  /** Draws it. */
  override render() {
    return drawRow(this.props, this.#element);
  }
}

// Each cell has its column's name for narrow screens, where rows become cards.
function drawRow(
  { row, rates, since, idle, commands, isLive, onRequest }: ClientTableRowProps,
  element: Ref<HTMLTableRowElement>,
) {
  const name = escapeUnprintable(row.id);
  return (
    <tr role="row" ref={element}>
      <th role="rowheader" scope="row" class="text" title={clientTitle(row)}>{name}</th>
      <td role="cell" class="mono text" data-label="Address" title={row.address}>{row.address}</td>
      <td role="cell" data-label="Since">{since}</td>
      <td role="cell" data-label="Idle">{idle}</td>
      <td role="cell" data-label="Msg in/s">{formatRate(rates.messagesIn)}</td>
      <td role="cell" data-label="Msg out/s">{formatRate(rates.messagesOut)}</td>
      <td role="cell" data-label="Bytes in/s">{formatBytes(rates.bytesIn)}</td>
      <td role="cell" data-label="Bytes out/s">{formatBytes(rates.bytesOut)}</td>
      <td role="cell" class="row-actions">
        {ACTIONS.filter(({ command }) => commands.includes(command)).map(({ kind, label }) => (
          <button
            key={kind}
            type="button"
            class="small"
            aria-label={`${label} ${name}`}
            disabled={!isLive}
            onClick={() => onRequest({ kind, client: row })}
          >
            {label}
          </button>
        ))}
      </td>
    </tr>
  );
}

/** What has no column, for a pointer that rests on the name. */
function clientTitle({ id, session, key, token }: ClientRow): string {
  const parts = [
    id,
    session !== undefined && `session ${session}`,
    key !== undefined && `key ${key}`,
    token !== undefined && `token ${token}`,
  ];
  return parts.filter((part) => part !== false).map(escapeUnprintable).join(", ");
}
