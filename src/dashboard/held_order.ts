import type { RatedClient } from "../watch/client_rates.ts";
import { rowKey } from "../watch/client_row.ts";

/**
 * Keeps clients in an order that they were in before, so that a row does not move away from under
 * a pointer or the keyboard. Those that are new stand at the end.
 *
 * @param clients The clients, sorted.
 * @param keys `rowKey`s in the order to keep.
 */
export function holdOrder(
  clients: readonly RatedClient[],
  keys: readonly string[],
): readonly RatedClient[] {
  const byKey = new Map(clients.map((client) => [rowKey(client.row), client]));
  const known = new Set(keys);
  return [
    ...keys.flatMap((key) => byKey.get(key) ?? []),
    ...clients.filter(({ row }) => !known.has(rowKey(row))),
  ];
}
