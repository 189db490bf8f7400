import type { RatedClient } from "./client_rates.ts";

/** What clients can be sorted by. */
export const CLIENT_SORT_KEYS = [
  "id",
  "address",
  "since",
  "idle",
  "messages-in",
  "messages-out",
  "bytes-in",
  "bytes-out",
] as const;

/** One of `CLIENT_SORT_KEYS`; the last four are rates. */
export type ClientSortKey = typeof CLIENT_SORT_KEYS[number];

/** How clients are sorted. */
export interface ClientOrder {
  readonly key: ClientSortKey;
  readonly isDescending: boolean;
}

/** Which way round a key is first sorted: names from A, the busiest and the longest idle first. */
export function naturalOrder(key: ClientSortKey): ClientOrder {
  return { key, isDescending: key !== "id" && key !== "address" && key !== "since" };
}

let textOrder: Intl.Collator | undefined;

/** `pump-9` stands before `pump-10`, and every platform sorts alike. Making it takes 10 ms. */
function compareTexts(a: string, b: string): number {
  textOrder ??= new Intl.Collator("en", { numeric: true });
  return textOrder.compare(a, b);
}

type Value = string | number;

// The longest idle is the one that was seen first.
const VALUE_OF: Readonly<Record<ClientSortKey, (client: RatedClient) => Value>> = {
  id: ({ row }) => row.id,
  address: ({ row }) => row.address,
  since: ({ row }) => row.since_ms,
  idle: ({ row }) => -row.last_seen_ms,
  "messages-in": ({ rates }) => rates.messagesIn,
  "messages-out": ({ rates }) => rates.messagesOut,
  "bytes-in": ({ rates }) => rates.bytesIn,
  "bytes-out": ({ rates }) => rates.bytesOut,
};

/**
 * Sorts clients. Those that are equal stand in the order of their ids and addresses, so that rows
 * do not jump about.
 *
 * @param clients The clients; they are left as they are.
 * @param order How.
 * @returns A new array.
 */
export function sortClients(
  clients: readonly RatedClient[],
  { key, isDescending }: ClientOrder,
): RatedClient[] {
  const valueOf = VALUE_OF[key];
  const sign = isDescending ? -1 : 1;
  return clients.toSorted((a, b) =>
    sign * compareValues(valueOf(a), valueOf(b)) || compareValues(a.row.id, b.row.id) ||
    compareValues(a.row.address, b.row.address)
  );
}

/**
 * Picks the clients whose id, address, session, key or token has a text in it, in any case.
 *
 * @param clients The clients.
 * @param text What to look for; empty picks all.
 */
export function filterClients(clients: readonly RatedClient[], text: string): RatedClient[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [...clients];
  return clients.filter(({ row: { id, address, session, key, token } }) =>
    [id, address, session, key, token].some((value) => value?.toLowerCase().includes(wanted))
  );
}

function compareValues(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareTexts(String(a), String(b));
}
