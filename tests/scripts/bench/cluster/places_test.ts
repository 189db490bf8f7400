import { assertEquals } from "@std/assert";
import { placesOf } from "../../../../scripts/bench/cluster/places.ts";

for (
  const { name, role, count, relays, placement, places } of [
    {
      name: "in turn",
      role: "receiver",
      count: 5,
      relays: 3,
      placement: "spread",
      places: [0, 1, 2, 0, 1],
    },
    {
      name: "in turn as well",
      role: "sender",
      count: 2,
      relays: 3,
      placement: "spread",
      places: [0, 1],
    },
    {
      name: "at the first relay",
      role: "sender",
      count: 2,
      relays: 3,
      placement: "apart",
      places: [0, 0],
    },
    {
      name: "at the last relay",
      role: "receiver",
      count: 2,
      relays: 3,
      placement: "apart",
      places: [2, 2],
    },
    {
      name: "at the only one",
      role: "receiver",
      count: 2,
      relays: 1,
      placement: "apart",
      places: [0, 0],
    },
  ] as const
) {
  Deno.test(`placesOf() puts each ${role} ${name} when they are ${placement}`, () => {
    assertEquals(placesOf(role, count, relays, placement), [...places]);
  });
}
