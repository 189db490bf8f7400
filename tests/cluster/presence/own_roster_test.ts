import { assertEquals } from "@std/assert";
import type { LocatedClient } from "../../../src/cluster/presence/located_client.ts";
import {
  CHANGES_GATHER_MS,
  OwnRoster,
  ROSTER_INTERVAL_MS,
} from "../../../src/cluster/presence/own_roster.ts";
import { sessionOf, toldClientOf } from "../../support/presence_world.ts";

function clientOf(number: number): LocatedClient {
  return { ...toldClientOf(number), relayId: sessionOf(1), relayName: "east" };
}

/** What is due, each as its kind, its number and how many it tells of. */
function due(roster: OwnRoster, nowMs: number): string[] {
  return roster.takeDue(nowMs).map((message) =>
    message.kind === "changes"
      ? `changes ${message.first} ${message.changes.length}`
      : `roster ${message.version} ${message.part}/${message.parts} ${message.clients.length}`
  );
}

Deno.test("OwnRoster tells the first change at once, and gathers what follows", () => {
  const roster = new OwnRoster("east");
  assertEquals(roster.nextDeadlineMs(), undefined);
  roster.add(clientOf(1));
  assertEquals(due(roster, 1_000), ["changes 1 1"]);
  roster.add(clientOf(2));
  roster.move({ ...clientOf(2), address: "192.0.2.1:9" });
  roster.remove(sessionOf(1), "left");
  roster.remove(sessionOf(99), "left");
  assertEquals(due(roster, 1_000 + CHANGES_GATHER_MS - 1), []);
  assertEquals(roster.nextDeadlineMs(), 1_000 + CHANGES_GATHER_MS);
  assertEquals(due(roster, 1_000 + CHANGES_GATHER_MS), ["changes 2 3"]);
  assertEquals([roster.version, roster.size, roster.nextDeadlineMs()], [4, 1, undefined]);
});

Deno.test("OwnRoster tells at most 256 changes in a message", () => {
  const roster = new OwnRoster("east");
  for (let number = 0; number < 600; number++) roster.add(clientOf(number));
  assertEquals(due(roster, 0), ["changes 1 256", "changes 257 256", "changes 513 88"]);
});

Deno.test("OwnRoster tells the whole roster when it is asked, once for all who ask", () => {
  const roster = new OwnRoster("east");
  roster.ask();
  roster.ask();
  assertEquals(due(roster, 0), ["roster 0 0/1 0"]);
  roster.add(clientOf(1));
  roster.ask();
  assertEquals(due(roster, 1), ["changes 1 1"]);
  assertEquals(roster.nextDeadlineMs(), ROSTER_INTERVAL_MS);
  assertEquals(due(roster, ROSTER_INTERVAL_MS - 1), []);
  assertEquals(due(roster, ROSTER_INTERVAL_MS), ["roster 1 0/1 1"]);
  assertEquals(due(roster, 10_000), []);
});

Deno.test("OwnRoster tells a large roster as it was at first, a few parts at a time", () => {
  const roster = new OwnRoster("east");
  for (let number = 0; number < 256 * 9 + 1; number++) roster.add(clientOf(number));
  due(roster, 0);
  roster.ask();
  const first = due(roster, 1_000);
  assertEquals([first.length, first[0], first[7]], [
    8,
    "roster 2305 0/10 256",
    "roster 2305 7/10 256",
  ]);
  roster.add(clientOf(5_000));
  roster.ask();
  assertEquals(due(roster, 1_001), ["changes 2306 1"]);
  assertEquals(roster.nextDeadlineMs(), 1_020);
  assertEquals(due(roster, 1_020), ["roster 2305 8/10 256", "roster 2305 9/10 1"]);
  assertEquals(roster.nextDeadlineMs(), 1_000 + ROSTER_INTERVAL_MS, "who asked too late waits");
  assertEquals(due(roster, 1_500)[0], "roster 2306 0/10 256");
});
