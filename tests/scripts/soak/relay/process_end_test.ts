import { assertEquals } from "@std/assert";
import { logFinding } from "../../../../scripts/soak/relay/process_end.ts";

const fine = [
  "2026-11-22T20:04:02.870Z INFO  client registered id=ERROR address=127.0.0.1:51822",
  "2026-11-22T20:04:02.870Z WARN  control connection lost",
  "",
];

const bad = [
  "2026-11-22T20:04:02.870Z ERROR internal error error=boom",
  "2026-11-22T20:04:02.870Z CRITICAL out of everything",
  "    at RelayCore.receive (file:///src/relay/relay_core.ts:80:13)",
  "    at async file:///main.ts:9:23",
  "error: Uncaught (in promise) TypeError: x is undefined",
];

Deno.test("logFinding() is content with information and warnings", () => {
  const { failed, measured } = logFinding(fine);
  assertEquals([failed, measured], [false, 0]);
});

for (const line of bad) {
  Deno.test(`logFinding() finds: ${line.trim().slice(0, 50)}`, () => {
    const { failed, measured, note } = logFinding([...fine, line]);
    assertEquals([failed, measured, note], [true, 1, line]);
  });
}
