import { assertEquals } from "@std/assert";
import { dropsOf, rateBetween, trafficRates } from "../../src/watch/traffic_rates.ts";

const BEFORE = {
  messages: { in: 10, out: 100, bytes_in: 1_000, bytes_out: 5_000 },
  drops: { malformed: 3, stale: 7, replayed: 9 },
};

Deno.test("trafficRates() gives what was added a second, and drops by reason without zeros", () => {
  const after = {
    messages: { in: 14, out: 110, bytes_in: 1_200, bytes_out: 5_001 },
    drops: { malformed: 5, stale: 7, replayed: 9, overloaded: 1 },
  };
  assertEquals(trafficRates(after, rateBetween(BEFORE, after, 2)), {
    messages_in: 2,
    messages_out: 5,
    bytes_in: 100,
    bytes_out: 0.5,
    drops: { malformed: 1, overloaded: 0.5 },
  });
});

Deno.test("rateBetween() takes a number that became less, as after a restart, for no growth", () => {
  const after = { messages: { in: 1 }, drops: { malformed: 0 } };
  const rate = rateBetween(BEFORE, after, 1);
  assertEquals([rate("messages.in"), rate("messages.out"), rate("drops.malformed")], [0, 0, 0]);
});

Deno.test("trafficRates() knows a server without drops", () => {
  assertEquals(trafficRates({}, rateBetween({}, {}, 1)).drops, {});
});

Deno.test("dropsOf() gives the reasons that there are", () => {
  assertEquals([...dropsOf(BEFORE)], [["malformed", 3], ["stale", 7], ["replayed", 9]]);
  assertEquals([...dropsOf({})], []);
  assertEquals([...dropsOf({ drops: { deeper: { x: 1 } } })], []);
});
