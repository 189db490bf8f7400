import { assertEquals } from "@std/assert";
import {
  CLIENT_SORT_KEYS,
  type ClientOrder,
  filterClients,
  naturalOrder,
  sortClients,
} from "../../src/watch/client_order.ts";
import { type ClientRates, NO_RATES, type RatedClient } from "../../src/watch/client_rates.ts";
import type { ClientRow } from "../../src/watch/client_row.ts";
import { clientRow } from "../support/metrics_client_row.ts";

function rated(row: Partial<ClientRow>, rates: Partial<ClientRates> = {}): RatedClient {
  return { row: clientRow(row), rates: { ...NO_RATES, ...rates } };
}

function idsOf(clients: readonly RatedClient[]): string[] {
  return clients.map(({ row }) => row.id);
}

/** Each key puts these three in an order of its own, told by the first letters of their ids. */
const CLIENTS: readonly RatedClient[] = [
  rated(
    { id: "b", address: "10.0.0.10:5000", since_ms: 1, last_seen_ms: 900 },
    { messagesIn: 1, messagesOut: 2, bytesIn: 3, bytesOut: 1 },
  ),
  rated(
    { id: "a", address: "10.0.0.9:5000", since_ms: 3, last_seen_ms: 700 },
    { messagesIn: 2, messagesOut: 3, bytesIn: 1, bytesOut: 0.5 },
  ),
  rated(
    { id: "c", address: "10.0.0.9:600", since_ms: 2, last_seen_ms: 800 },
    { messagesIn: 3, messagesOut: 1, bytesIn: 2, bytesOut: 0.75 },
  ),
];

const ascending: Readonly<Record<typeof CLIENT_SORT_KEYS[number], string>> = {
  id: "abc",
  address: "cab",
  since: "bca",
  idle: "bca",
  "messages-in": "bac",
  "messages-out": "cba",
  "bytes-in": "acb",
  "bytes-out": "acb",
};

for (const key of CLIENT_SORT_KEYS) {
  Deno.test(`sortClients() sorts by ${key}, both ways`, () => {
    const sorted = (isDescending: boolean) => idsOf(sortClients(CLIENTS, { key, isDescending }));
    assertEquals(sorted(false).join(""), ascending[key]);
    assertEquals(sorted(true).join(""), ascending[key].split("").toReversed().join(""));
  });
}

Deno.test("sortClients() leaves its clients as they are", () => {
  const before = idsOf(CLIENTS);
  sortClients(CLIENTS, { key: "id", isDescending: true });
  assertEquals(idsOf(CLIENTS), before);
});

Deno.test("sortClients() orders numbers within names by their value", () => {
  const clients = ["pump-10", "pump-9", "pump-100", "pump-1"].map((id) => rated({ id }));
  assertEquals(idsOf(sortClients(clients, { key: "id", isDescending: false })), [
    "pump-1",
    "pump-9",
    "pump-10",
    "pump-100",
  ]);
});

Deno.test("sortClients() puts equal clients in the order of ids and addresses, either way", () => {
  const clients = [
    rated({ id: "b", address: "127.0.0.1:1" }),
    rated({ id: "a", address: "127.0.0.1:20" }),
    rated({ id: "a", address: "127.0.0.1:3" }),
  ];
  for (const isDescending of [false, true]) {
    const sorted = sortClients(clients, { key: "bytes-in", isDescending });
    assertEquals(sorted.map(({ row }) => `${row.id} ${row.address}`), [
      "a 127.0.0.1:3",
      "a 127.0.0.1:20",
      "b 127.0.0.1:1",
    ]);
  }
});

Deno.test("naturalOrder() shows names and the first to come first, and most of all else", () => {
  const orders = CLIENT_SORT_KEYS.map(naturalOrder);
  const ascendingKeys = orders.filter(({ isDescending }) => !isDescending);
  assertEquals(ascendingKeys.map(({ key }: ClientOrder) => key), ["id", "address", "since"]);
  assertEquals(idsOf(sortClients(CLIENTS, naturalOrder("idle"))).join(""), "acb");
});

const FILTERED: readonly RatedClient[] = [
  rated({ id: "Pump-3", address: "10.0.0.1:5000", session: "00aa", token: "plant" }),
  rated({ id: "valve", address: "10.0.0.2:5000", key: "SHA256:Zq+x" }),
];

const filters: readonly { name: string; text: string; ids: readonly string[] }[] = [
  { name: "an id in any case", text: "PUMP", ids: ["Pump-3"] },
  { name: "an address", text: "0.0.2:5", ids: ["valve"] },
  { name: "a session", text: "0aa", ids: ["Pump-3"] },
  { name: "a key", text: "sha256:zq+", ids: ["valve"] },
  { name: "a token's name", text: "plant", ids: ["Pump-3"] },
  { name: "a text with spaces around it", text: "  valve ", ids: ["valve"] },
  { name: "nothing, which picks all", text: "", ids: ["Pump-3", "valve"] },
  { name: "spaces alone, which pick all", text: " \t", ids: ["Pump-3", "valve"] },
  { name: "what many have", text: "5000", ids: ["Pump-3", "valve"] },
  { name: "what nobody has", text: "undefined", ids: [] },
  { name: "a dot as a dot", text: "10.0.0..", ids: [] },
];

for (const { name, text, ids } of filters) {
  Deno.test(`filterClients() finds ${name}`, () => {
    assertEquals(idsOf(filterClients(FILTERED, text)), ids);
  });
}

Deno.test("filterClients() gives an array of its own", () => {
  filterClients(FILTERED, "").pop();
  assertEquals(FILTERED.length, 2);
});
