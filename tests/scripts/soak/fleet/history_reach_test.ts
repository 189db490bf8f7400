import { assertEquals } from "@std/assert";
import { HistoryReach } from "../../../../scripts/soak/fleet/history_reach.ts";

Deno.test("HistoryReach is sure of the newer half of what a history keeps", () => {
  const history = new HistoryReach(1_000);
  for (const sequence of [1n, 2_000n, 1_990n]) history.hear(sequence);
  assertEquals([1_000n, 1_500n, 1_501n, 2_000n].map((each) => history.holds(each)), [
    false,
    false,
    true,
    true,
  ]);
});
