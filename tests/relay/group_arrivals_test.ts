import { assertEquals } from "@std/assert";
import { ARRIVAL_MS, GroupArrivals } from "../../src/relay/group_arrivals.ts";
import { fakeSession } from "../support/fake_session.ts";

const alice = fakeSession({ name: "alice" });
const bob = fakeSession({ name: "bob" });
const carol = fakeSession({ name: "carol" });

Deno.test("GroupArrivals.at() gives each member until its time is over, and forgets it then", () => {
  const arrivals = new GroupArrivals();
  assertEquals([...arrivals.at(0)], []);
  arrivals.add(alice, 1_000);
  arrivals.add(bob, 1_001);
  assertEquals([...arrivals.at(1_000 + ARRIVAL_MS - 1)], [alice, bob]);
  assertEquals([...arrivals.at(1_000 + ARRIVAL_MS)], [bob]);
  assertEquals(arrivals.size, 1);
  assertEquals([...arrivals.at(1e9)], []);
  assertEquals(arrivals.size, 0);
});

Deno.test("GroupArrivals.remove() forgets a member before its time", () => {
  const arrivals = new GroupArrivals();
  for (const session of [alice, bob, carol]) arrivals.add(session, 0);
  arrivals.remove(bob);
  arrivals.remove(bob);
  assertEquals([[...arrivals.at(1)], arrivals.size], [[alice, carol], 2]);
});
