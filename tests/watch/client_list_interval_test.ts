import { assertEquals } from "@std/assert";
import { ticksBetweenLists } from "../../src/watch/client_list_interval.ts";

for (
  const [clients, ticks] of [
    [0, 1],
    [1_000, 1],
    [1_001, 2],
    [2_000, 2],
    [9_001, 10],
    [1_000_000, 10],
  ] as const
) {
  Deno.test(`ticksBetweenLists() lets ${clients} clients wait for ${ticks} ticks`, () => {
    assertEquals(ticksBetweenLists(clients), ticks);
  });
}
