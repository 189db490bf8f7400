import { assert, assertEquals } from "@std/assert";
import { parseSchedstat, processorWaitMs } from "../../../../scripts/soak/relay/processor_wait.ts";

Deno.test("parseSchedstat() reads the time that a thread waited", () => {
  assertEquals(parseSchedstat("26000052525 163281000000 70366\n"), 163_281);
});

for (const text of ["", "1 2", "a b c", "1 2 3 4"]) {
  Deno.test(`parseSchedstat() reads nothing from ${JSON.stringify(text)}`, () => {
    assertEquals(parseSchedstat(text), NaN);
  });
}

Deno.test("processorWaitMs() knows this process where the system tells, and no other", () => {
  const waitMs = processorWaitMs(Deno.pid);
  assert(Deno.build.os !== "linux" || waitMs >= 0);
  assertEquals(processorWaitMs(0x7fff_fff0), NaN);
});
