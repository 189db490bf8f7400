import type { RatedClient } from "../../watch/client_rates.ts";
import { rowKey } from "../../watch/client_row.ts";

/** Clients as they are shown. */
export interface ShownClients {
  /** Their filter and order, as one value: another one is another question, and asks for all anew. */
  readonly question: unknown;
  readonly clients: readonly RatedClient[];
  /** Whether they stand in another order than the one that was asked for. */
  readonly isHeld: boolean;
}

/**
 * Works out which clients are shown where. While they are held, those that were there keep their
 * order, so that a row does not move away from under a pointer or the keyboard, and those that are
 * new stand at the end.
 *
 * @param former What was shown before.
 * @param question The filter and the order, the same value as before while they are the same.
 * @param sorted The clients that were found, sorted.
 * @param toHold Whether to hold them.
 */
export function showClients(
  former: ShownClients,
  question: unknown,
  sorted: readonly RatedClient[],
  toHold: boolean,
): ShownClients {
  if (!toHold || former.question !== question) return { question, clients: sorted, isHeld: false };
  const clients = holdOrder(sorted, former.clients);
  return { question, clients, isHeld: clients.some((client, index) => client !== sorted[index]) };
}

function holdOrder(
  sorted: readonly RatedClient[],
  former: readonly RatedClient[],
): readonly RatedClient[] {
  const left = new Map(sorted.map((client) => [rowKey(client.row), client]));
  const kept = former.flatMap(({ row }) => {
    const key = rowKey(row);
    const client = left.get(key);
    left.delete(key);
    return client ?? [];
  });
  return [...kept, ...left.values()];
}
