import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  changeClients,
  type ClientList,
  NO_CLIENTS,
  replaceClients,
  settleClients,
} from "../../../src/dashboard/clients/client_list.ts";
import { clientRow } from "../../support/dashboard_fixture.ts";

const messagesIn = ({ clients }: ClientList) => clients.map(({ rates }) => rates.messagesIn);
const ids = ({ clients }: ClientList) => clients.map(({ row }) => row.id);

Deno.test("replaceClients() gives the first list no rates, and the next one those since", () => {
  const first = replaceClients(NO_CLIENTS, [clientRow({ messages_in: 100 })], 10_000);
  const second = replaceClients(first, [clientRow({ messages_in: 106 })], 12_000);
  assertEquals([messagesIn(first), messagesIn(second)], [[0], [3]]);
});

Deno.test("replaceClients() gives no rates where those of before do not count", () => {
  const first = replaceClients(NO_CLIENTS, [clientRow({ messages_in: 100 })], 10_000);
  const second = replaceClients({ ...first, timeMs: undefined }, [
    clientRow({ messages_in: 106 }),
  ], 70_000);
  assertEquals([messagesIn(second), second.timeMs], [[0], 70_000]);
});

Deno.test("changeClients() changes, adds and removes, and keeps the others", () => {
  const ann = clientRow({ id: "ann", session: "a" });
  const bob = clientRow({ id: "bob", session: "b" });
  const eve = clientRow({ id: "eve", session: "e" });
  const first = replaceClients(NO_CLIENTS, [ann, bob], 1_000);
  const second = changeClients(first, [{ ...bob, messages_in: 5 }, eve], ["a"], 2_000);
  assertEquals([ids(second), messagesIn(second)], [["bob", "eve"], [5, 0]]);
});

Deno.test("changeClients() takes a name that came back for another client", () => {
  const first = replaceClients(NO_CLIENTS, [clientRow({ session: "a", messages_in: 9 })], 1_000);
  const second = changeClients(first, [clientRow({ session: "b", messages_in: 2 })], ["a"], 2_000);
  assertEquals([ids(second), messagesIn(second)], [["pump-1"], [0]]);
});

Deno.test("settleClients() lets rates fall once no news came for longer than it should", () => {
  const first = replaceClients(NO_CLIENTS, [clientRow()], 1_000);
  const second = replaceClients(first, [clientRow({ messages_in: 4 })], 2_000);
  assertStrictEquals(settleClients(second, 3_000), second);
  const third = settleClients(second, 4_000);
  assertEquals([messagesIn(third), third.timeMs], [[0], 3_000]);
  const fourth = changeClients(third, [clientRow({ messages_in: 10 })], [], 4_000);
  assertEquals(messagesIn(fourth), [6]);
});

Deno.test("settleClients() waits longer where lists are long and so come less often", () => {
  const rows = Array.from({ length: 3_000 }, (_, index) => clientRow({ session: `${index}` }));
  const list = replaceClients(NO_CLIENTS, rows, 1_000);
  assertStrictEquals(settleClients(list, 5_000), list);
  assertEquals(settleClients(list, 6_000).timeMs, 3_000);
});

Deno.test("settleClients() lets rates fall when the server's clock was set back", () => {
  const first = replaceClients(NO_CLIENTS, [clientRow()], 3_601_000);
  const second = replaceClients(first, [clientRow({ messages_in: 4 })], 3_602_000);
  assertEquals(messagesIn(settleClients(second, 2_000)), [0]);
});

Deno.test("settleClients() leaves a list alone that has no time", () => {
  assertStrictEquals(settleClients(NO_CLIENTS, 99_000), NO_CLIENTS);
});
