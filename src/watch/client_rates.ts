import { type ClientRow, rowKey } from "./client_row.ts";

/** What flows between a client and the server, each a second, as seen from the server. */
export interface ClientRates {
  readonly messagesIn: number;
  readonly messagesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A client, and what flows. */
export interface RatedClient {
  readonly row: ClientRow;
  readonly rates: ClientRates;
}

/** Nothing flows. */
export const NO_RATES: ClientRates = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 };

/**
 * Works rates out of counters that are read again and again. A client that is seen for the first
 * time has no rates yet.
 */
export class RateMeter {
  #former = new Map<string, ClientRow>();
  #formerAtMs = 0;

  /**
   * Takes the counters of all clients.
   *
   * @param rows Every client there is now; those that are missing are forgotten.
   * @param atMs When the counters were read, milliseconds of any clock that does not go back.
   * @returns The clients in the same order.
   */
  update(rows: readonly ClientRow[], atMs: number): RatedClient[] {
    const seconds = (atMs - this.#formerAtMs) / 1000;
    const rated = rows.map((row) => {
      const former = this.#former.get(rowKey(row));
      return { row, rates: former === undefined ? NO_RATES : ratesBetween(former, row, seconds) };
    });
    this.#former = new Map(rows.map((row) => [rowKey(row), row]));
    this.#formerAtMs = atMs;
    return rated;
  }
}

function ratesBetween(before: ClientRow, after: ClientRow, seconds: number): ClientRates {
  if (before === after || seconds <= 0) return NO_RATES;
  const rate = (from: number, to: number) => Math.max(0, to - from) / seconds;
  return {
    messagesIn: rate(before.messages_in, after.messages_in),
    messagesOut: rate(before.messages_out, after.messages_out),
    bytesIn: rate(before.bytes_in, after.bytes_in),
    bytesOut: rate(before.bytes_out, after.bytes_out),
  };
}
