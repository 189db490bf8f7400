import { assertEquals } from "@std/assert";
import { HEARD_WITHIN_MS, HOLD_MS, MAX_TOTAL_HELD_BYTES } from "../../src/relay/intake_pool.ts";
import { IntakeFixture, numbersOf } from "../support/intake_fixture.ts";

Deno.test("IntakePool.overdue() gives what has waited for 33 s, the oldest first", () => {
  const fixture = new IntakeFixture();
  const other = fixture.another();
  fixture.sender.lastSeenMs = HOLD_MS;
  fixture.take(2n, { nowMs: 100 });
  fixture.take(4n, { nowMs: 400 });
  fixture.take(8n, { nowMs: 300, intake: other });
  assertEquals(fixture.pool.nextDeadlineMs(), 100 + HOLD_MS);
  assertEquals(fixture.pool.overdue(100 + HOLD_MS - 1), undefined);
  assertEquals(numbersOf(fixture.pool.overdue(100 + HOLD_MS)?.passGaps() ?? []), [2n, 4n]);
  assertEquals(fixture.pool.nextDeadlineMs(), 300 + HOLD_MS);
  assertEquals(numbersOf(fixture.pool.overdue(300 + HOLD_MS)?.passGaps() ?? []), [8n]);
  assertEquals(fixture.pool.overdue(Infinity), undefined);
});

Deno.test("IntakePool.nextDeadlineMs() goes by what still waits, and since it waits for the lowest", () => {
  const fixture = new IntakeFixture();
  fixture.take(2n, { nowMs: 100 });
  fixture.take(4n, { nowMs: 400 });
  assertEquals(fixture.pool.nextDeadlineMs(), 100 + HOLD_MS);
  fixture.take(1n, { nowMs: 500 });
  assertEquals(fixture.pool.nextDeadlineMs(), 500 + HOLD_MS, "for 3 from now on");
  fixture.take(9n, { nowMs: 600 });
  fixture.takeBare(6n, 700);
  assertEquals(fixture.pool.nextDeadlineMs(), 500 + HOLD_MS);
  fixture.takeBare(3n, 800);
  assertEquals(fixture.pool.nextDeadlineMs(), 800 + HOLD_MS);
  assertEquals(fixture.pool.overdue(799 + HOLD_MS), undefined);
});

Deno.test("IntakePool.overdue() gives the largest when all sessions hold more than the bound", () => {
  const fixture = new IntakeFixture();
  fixture.take(3n, { nowMs: 0 });
  const intakes = Array.from({ length: 17 }, () => fixture.another());
  for (const [index, intake] of intakes.entries()) {
    assertEquals(fixture.pool.overdue(index), undefined);
    const bytes = MAX_TOTAL_HELD_BYTES / 16 - (index === 5 ? 0 : 1_000);
    fixture.take(2n, { bytes, nowMs: index, intake });
  }
  const [, , , , , largest] = intakes;
  assertEquals(fixture.pool.overdue(20), largest);
  assertEquals(numbersOf(largest?.passGaps() ?? []), [2n]);
  assertEquals(fixture.pool.overdue(20), undefined, "the oldest, which holds little, may wait on");
});

Deno.test("IntakePool.overdue() gives a client that is silent its time anew", () => {
  const fixture = new IntakeFixture();
  fixture.take(2n, { nowMs: 100 });
  fixture.sender.lastSeenMs = 100 + HOLD_MS - HEARD_WITHIN_MS;
  assertEquals(fixture.pool.overdue(100 + HOLD_MS), undefined);
  assertEquals(fixture.pool.nextDeadlineMs(), 100 + 2 * HOLD_MS);
  fixture.sender.lastSeenMs = 100 + 2 * HOLD_MS - HEARD_WITHIN_MS + 1;
  assertEquals(fixture.pool.overdue(100 + 2 * HOLD_MS)?.passGaps().length, 1);
});

Deno.test("IntakePool.overdue() passes the gaps of a silent client when too much is held", () => {
  const fixture = new IntakeFixture();
  const intakes = Array.from({ length: 17 }, () => fixture.another());
  for (const [index, intake] of intakes.entries()) {
    fixture.take(2n, { bytes: MAX_TOTAL_HELD_BYTES / 16, nowMs: index, intake });
  }
  assertEquals(fixture.pool.overdue(2 * HOLD_MS), intakes[0]);
});
