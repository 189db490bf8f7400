import { assert, assertEquals } from "@std/assert";
import { strainOf } from "../../../../scripts/soak/relay/strain.ts";

Deno.test("strainOf() says as much to two hundred clients as one process with all of them can take", () => {
  const { messagesPerSecond, pace } = strainOf({ seconds: 3_600, clients: 200 });
  assertEquals([messagesPerSecond, pace], [40, 1]);
});

Deno.test("strainOf() says no more than that however few there are", () => {
  assertEquals(strainOf({ seconds: 3_600, clients: 8 }).messagesPerSecond, 60);
});

for (const seconds of [120, 3_600]) {
  Deno.test(`strainOf() fills the history before the warm-up of ${seconds} s ends`, () => {
    const { messagesPerSecond, historyMessages } = strainOf({ seconds, clients: 200 });
    assert(historyMessages <= messagesPerSecond * Math.min(900, seconds / 3));
  });
}

Deno.test("strainOf() has everything happen sooner in a run of seconds", () => {
  const { pace, clientTimeoutSeconds, largePerMinute } = strainOf({ seconds: 6, clients: 12 });
  assertEquals([pace, clientTimeoutSeconds], [0.05, 5]);
  assert(largePerMinute * 6 / 60 > 1);
});
