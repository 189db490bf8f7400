import { assertEquals } from "@std/assert";
import { HistoryTrouble } from "../../src/cluster/history_trouble.ts";

const well = { lost: undefined, stuckSinceMs: undefined, failure: "no answer" } as const;

Deno.test("HistoryTrouble.judge() waits a second with a lost connection, and tells it once", () => {
  const trouble = new HistoryTrouble();
  assertEquals(trouble.judge({ ...well, nowMs: 0 }), false);
  assertEquals(trouble.judge({ ...well, nowMs: 100, lost: "refused" }), false);
  assertEquals(trouble.judge({ ...well, nowMs: 1_099, lost: "refused" }), false);
  assertEquals(trouble.judge({ ...well, nowMs: 1_100, lost: "refused" }), true);
  assertEquals(trouble.current, "NATS does not answer: refused");
  assertEquals(trouble.judge({ ...well, nowMs: 2_000, lost: "no route" }), false);
  assertEquals(trouble.judge({ ...well, nowMs: 2_100 }), true);
  assertEquals(trouble.current, undefined);
});

Deno.test("HistoryTrouble.judge() begins anew with the next lost connection", () => {
  const trouble = new HistoryTrouble();
  trouble.judge({ ...well, nowMs: 0, lost: "refused" });
  trouble.judge({ ...well, nowMs: 900 });
  assertEquals(trouble.judge({ ...well, nowMs: 1_000, lost: "refused" }), false);
});

Deno.test("HistoryTrouble.judge() tells of messages that are not kept, and why", () => {
  const trouble = new HistoryTrouble();
  assertEquals(trouble.judge({ ...well, nowMs: 999, stuckSinceMs: 0, failure: "full" }), false);
  assertEquals(trouble.judge({ ...well, nowMs: 1_000, stuckSinceMs: 0, failure: "full" }), true);
  assertEquals(trouble.current, "NATS keeps no messages: full");
  assertEquals(trouble.judge({ ...well, nowMs: 2_000 }), true);
});

Deno.test("HistoryTrouble.judge() tells of a stream that can't be found", () => {
  const trouble = new HistoryTrouble();
  trouble.notFound("no answer", 0);
  trouble.notFound("not ours", 900);
  assertEquals(trouble.judge({ ...well, nowMs: 1_000 }), true);
  assertEquals(trouble.current, "NATS keeps no messages: not ours");
  trouble.found();
  assertEquals(trouble.judge({ ...well, nowMs: 1_001 }), true);
  assertEquals(trouble.current, undefined);
});
