import { assertEquals } from "@std/assert";
import {
  GOODBYE_GRACE_MS,
  MAX_RELAYS,
  NAMES_HELD_MS,
  RelayTable,
  SILENCE_GRACE_MS,
  SILENCE_MS,
} from "../../../src/cluster/presence/relay_table.ts";
import type { RemoteRelay } from "../../../src/cluster/presence/remote_relay.ts";
import { sessionOf } from "../../support/presence_world.ts";

const EAST = sessionOf(1);

function connected(): { table: RelayTable; east: RemoteRelay } {
  const table = new RelayTable();
  table.connected(0);
  const east = table.meet(EAST, "east", 0);
  if (east === undefined) throw new Error("No room");
  return { table, east };
}

Deno.test("RelayTable holds a silent relay's names for 5 s, and the relay for 10 s", () => {
  const { table, east } = connected();
  assertEquals([table.holdsNames(EAST, NAMES_HELD_MS), table.holdsNames(EAST, NAMES_HELD_MS + 1)], [
    true,
    false,
  ]);
  assertEquals(table.nextDeadlineMs(), SILENCE_MS);
  assertEquals(table.takeSilent(SILENCE_MS - 1), []);
  assertEquals(table.isPresent(EAST), true);
  assertEquals(table.takeSilent(SILENCE_MS), [east]);
  assertEquals([table.isPresent(EAST), table.takeSilent(SILENCE_MS)], [false, []]);
  assertEquals(table.nextDeadlineMs(), SILENCE_MS + SILENCE_GRACE_MS);
  assertEquals(table.takeForgotten(SILENCE_MS + SILENCE_GRACE_MS - 1), []);
  assertEquals(table.takeForgotten(SILENCE_MS + SILENCE_GRACE_MS), [
    { relay: east, reason: "relay_lost" },
  ]);
  assertEquals([table.find(EAST), table.nextDeadlineMs()], [undefined, undefined]);
});

Deno.test("RelayTable.hear() says when a relay's names have to be settled anew", () => {
  const { table, east } = connected();
  assertEquals(table.hear(east, NAMES_HELD_MS), false);
  assertEquals(table.hear(east, 2 * NAMES_HELD_MS + 1), true);
  table.sayGoodbye(east, 20_000);
  assertEquals([table.isPresent(EAST), table.holdsNames(EAST, 20_000)], [false, false]);
  assertEquals([table.hear(east, 20_001), table.isPresent(EAST)], [true, true]);
});

Deno.test("RelayTable forgets a relay 10 s after its goodbye", () => {
  const { table, east } = connected();
  table.sayGoodbye(east, 100);
  assertEquals(table.takeSilent(1_000_000), []);
  assertEquals(table.takeForgotten(99 + GOODBYE_GRACE_MS), []);
  assertEquals(table.takeForgotten(100 + GOODBYE_GRACE_MS), [
    { relay: east, reason: "relay_stopped" },
  ]);
});

Deno.test("RelayTable lets no relay fall silent while there is no connection", () => {
  const { table, east } = connected();
  const west = table.meet(sessionOf(2), "west", 0);
  if (west !== undefined) table.sayGoodbye(west, 0);
  table.disconnected();
  assertEquals(table.nextDeadlineMs(), undefined);
  assertEquals([table.takeSilent(1e9), table.takeForgotten(1e9)], [[], []]);
  assertEquals(table.holdsNames(EAST, 1e9), true);
  table.connected(1e9);
  assertEquals(table.takeSilent(1e9 + SILENCE_MS - 1), []);
  assertEquals(table.takeForgotten(1e9 + SILENCE_GRACE_MS).map(({ relay }) => relay.name), [
    "west",
  ]);
  assertEquals(table.takeSilent(1e9 + SILENCE_MS), [east]);
});

Deno.test("RelayTable has room for 64 relays", () => {
  const table = new RelayTable();
  for (let number = 1; number <= MAX_RELAYS; number++) table.meet(sessionOf(number), "r", 0);
  assertEquals(table.meet(sessionOf(MAX_RELAYS + 1), "r", 0), undefined);
  assertEquals(table.meet(sessionOf(MAX_RELAYS), "r", 0)?.relayId, sessionOf(MAX_RELAYS));
  assertEquals([...table.relays()].length, MAX_RELAYS);
});
