import { TICK_MS, ticksBetweenLists } from "../../watch/client_list_interval.ts";
import { NO_RATES, type RatedClient, RateMeter } from "../../watch/client_rates.ts";
import { type ClientRow, rowKey } from "../../watch/client_row.ts";

/** The clients of a server as the page knows them. */
export interface ClientList {
  /** Every client, those that came later further down. */
  readonly clients: readonly RatedClient[];
  /**
   * When their counters were read, Unix milliseconds of the server; `undefined` when no rates may
   * be worked out from them, as it is too long ago.
   */
  readonly timeMs: number | undefined;
}

/** Nobody. */
export const NO_CLIENTS: ClientList = { clients: [], timeMs: undefined };

/**
 * Takes the news of some clients.
 *
 * @param list What was known.
 * @param changed Clients that are new, or have news.
 * @param removed `rowKey`s of those that are gone.
 * @param timeMs When the counters were read, Unix milliseconds of the server.
 */
export function changeClients(
  list: ClientList,
  changed: readonly ClientRow[],
  removed: readonly string[],
  timeMs: number,
): ClientList {
  const rows = new Map(list.clients.map(({ row }) => [rowKey(row), row]));
  for (const key of removed) rows.delete(key);
  for (const row of changed) rows.set(rowKey(row), row);
  return replaceClients(list, [...rows.values()], timeMs);
}

/**
 * Takes the list of all clients.
 *
 * @param list What was known; rates are worked out from it.
 * @param rows Every client there is now.
 * @param timeMs When the counters were read, Unix milliseconds of the server.
 */
export function replaceClients(
  list: ClientList,
  rows: readonly ClientRow[],
  timeMs: number,
): ClientList {
  const meter = new RateMeter();
  if (list.timeMs !== undefined) meter.update(list.clients.map(({ row }) => row), list.timeMs);
  return { clients: meter.update(rows, timeMs), timeMs };
}

/**
 * Lets rates fall to nothing once the server has been silent about its clients for longer than it
 * is when there is news.
 *
 * @param list What was known.
 * @param nowMs Unix milliseconds of the server.
 * @returns The same list if there is nothing to change.
 */
export function settleClients(list: ClientList, nowMs: number): ClientList {
  if (list.timeMs === undefined) return list;
  const intervalMs = TICK_MS * ticksBetweenLists(list.clients.length);
  const ageMs = nowMs - list.timeMs;
  // Below 0 the server's clock was set back, and how long ago it was cannot be told.
  if (ageMs >= 0 && ageMs < 1.5 * intervalMs) return list;
  // News of the interval that runs now may still come, and are to be shared out over it alone.
  return { clients: list.clients.map(withoutRates), timeMs: nowMs - intervalMs };
}

function withoutRates(client: RatedClient): RatedClient {
  return client.rates === NO_RATES ? client : { row: client.row, rates: NO_RATES };
}
