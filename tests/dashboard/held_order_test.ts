import { assertEquals } from "@std/assert";
import { holdOrder } from "../../src/dashboard/held_order.ts";
import { NO_RATES } from "../../src/watch/client_rates.ts";
import { clientRow } from "../support/dashboard_fixture.ts";

const clients = (...sessions: string[]) =>
  sessions.map((session) => ({ row: clientRow({ session }), rates: NO_RATES }));

Deno.test("holdOrder() keeps the order, without those that left and with the new at the end", () => {
  const held = holdOrder(clients("d", "c", "b", "a"), ["a", "x", "c", "b"]);
  assertEquals(held.map(({ row }) => row.session), ["a", "c", "b", "d"]);
});

Deno.test("holdOrder() takes the given order where there was none", () => {
  assertEquals(holdOrder(clients("b", "a"), []).map(({ row }) => row.session), ["b", "a"]);
});
