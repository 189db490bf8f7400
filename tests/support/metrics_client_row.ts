import type { ClientRow } from "../../src/watch/client_row.ts";

/**
 * A client as a watcher sees it, which has just registered and said nothing.
 *
 * @param values What differs from that.
 */
export function clientRow(values: Partial<ClientRow> = {}): ClientRow {
  return {
    id: "pump-1",
    address: "127.0.0.1:5000",
    since_ms: 1_700_000_000_000,
    last_seen_ms: 1_700_000_000_000,
    messages_in: 0,
    messages_out: 0,
    bytes_in: 0,
    bytes_out: 0,
    ...values,
  };
}
