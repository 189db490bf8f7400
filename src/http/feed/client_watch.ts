import type { Instant } from "../../session/instant.ts";
import type { ClientSummary } from "../../session/client_summary.ts";
import { type ClientRow, rowKey } from "../../watch/client_row.ts";

/** All clients at a moment. */
export interface ClientList {
  /** The moment, Unix milliseconds. */
  readonly time_ms: number;
  /** All of them. */
  readonly clients: readonly ClientRow[];
}

/** What became of clients since the list before. */
export interface ClientChanges {
  /** The moment, Unix milliseconds. */
  readonly time_ms: number;
  /** Clients that are new or have news. */
  readonly changed: readonly ClientRow[];
  /** The `rowKey`s of those that are gone. */
  readonly removed: readonly string[];
}

/**
 * How far two readings of the same moment can lie apart, milliseconds: the two clocks are not read
 * at once, and one is set now and then. It is less than anybody sees.
 */
const SAME_MOMENT_MS = 250;

/** Compares the list of clients with the one before. */
export class ClientWatch {
  #rows: ReadonlyMap<string, ClientRow> = new Map();
  #timeMs = 0;

  /** The list as it was last told. */
  get list(): ClientList {
    return { time_ms: this.#timeMs, clients: [...this.#rows.values()] };
  }

  /** How many clients were on it. */
  get size(): number {
    return this.#rows.size;
  }

  /**
   * Takes a new list.
   *
   * @param clients All clients.
   * @param now When it was made.
   * @returns What is different.
   */
  update(clients: readonly ClientSummary[], now: Instant): ClientChanges {
    const former = this.#rows;
    const rows = new Map<string, ClientRow>();
    const changed: ClientRow[] = [];
    for (const client of clients) {
      const fresh = rowOf(client, now);
      const key = rowKey(fresh);
      const before = former.get(key);
      const row = before === undefined ? fresh : settle(before, fresh);
      rows.set(key, row);
      if (row !== before) changed.push(row);
    }
    this.#rows = rows;
    this.#timeMs = Math.round(now.unixMs);
    const removed = [...former.keys()].filter((key) => !rows.has(key));
    return { time_ms: this.#timeMs, changed, removed };
  }
}

/** The row before while nothing happened, else the new one. */
function settle(before: ClientRow, fresh: ClientRow): ClientRow {
  const isSameMoment = Math.abs(fresh.last_seen_ms - before.last_seen_ms) <= SAME_MOMENT_MS;
  const row = isSameMoment ? { ...fresh, last_seen_ms: before.last_seen_ms } : fresh;
  return isSameRow(before, row) ? before : row;
}

function isSameRow(a: ClientRow, b: ClientRow): boolean {
  return a.last_seen_ms === b.last_seen_ms && a.id === b.id && a.address === b.address &&
    a.session === b.session && a.key === b.key && a.token === b.token &&
    a.since_ms === b.since_ms && a.messages_in === b.messages_in &&
    a.messages_out === b.messages_out && a.bytes_in === b.bytes_in && a.bytes_out === b.bytes_out;
}

function rowOf(client: ClientSummary, now: Instant): ClientRow {
  const { id, address, session, key, token } = client;
  return {
    id,
    address,
    ...(session !== undefined && { session }),
    ...(key !== undefined && { key }),
    ...(token !== undefined && { token }),
    since_ms: Math.round(client.sinceUnixMs),
    last_seen_ms: Math.round(now.unixMs - client.idleMs),
    messages_in: client.messagesIn,
    messages_out: client.messagesOut,
    bytes_in: client.bytesIn,
    bytes_out: client.bytesOut,
  };
}
