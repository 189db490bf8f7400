import { assertEquals, assertStrictEquals } from "@std/assert";
import { showClients, type ShownClients } from "../../../src/dashboard/clients/held_order.ts";
import { NO_RATES } from "../../../src/watch/client_rates.ts";
import { clientRow } from "../../support/dashboard_fixture.ts";

const clients = (...sessions: string[]) =>
  sessions.map((session) => ({ row: clientRow({ session }), rates: NO_RATES }));
const shown = (...sessions: string[]): ShownClients => ({
  question: "all",
  clients: clients(...sessions),
  isHeld: false,
});
const sessionsOf = (all: ShownClients) => all.clients.map(({ row }) => row.session);

Deno.test("showClients() holds the order, without those that left and with the new at the end", () => {
  const held = showClients(shown("a", "x", "c", "b"), "all", clients("d", "c", "b", "a"), true);
  assertEquals([sessionsOf(held), held.isHeld], [["a", "c", "b", "d"], true]);
});

Deno.test("showClients() says nothing of holding while the order is as it should be", () => {
  const held = showClients(shown("a", "x", "b"), "all", clients("a", "b", "c"), true);
  assertEquals([sessionsOf(held), held.isHeld], [["a", "b", "c"], false]);
});

Deno.test("showClients() sorts again once nothing is to be held", () => {
  const sorted = clients("b", "a");
  const after = showClients({ ...shown("a", "b"), isHeld: true }, "all", sorted, false);
  assertStrictEquals(after.clients, sorted);
  assertEquals(after.isHeld, false);
});

Deno.test("showClients() holds nothing across another filter or order", () => {
  const found = showClients(shown("c", "a"), "those with b", clients("a", "b", "c"), true);
  assertEquals([sessionsOf(found), found.isHeld], [["a", "b", "c"], false]);
});
