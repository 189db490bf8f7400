import { assertEquals } from "@std/assert";
import { HOLD_MS, MAX_TOTAL_HELD_BYTES } from "../../src/relay/intake_pool.ts";
import { OrderedIntake } from "../../src/relay/ordered_intake.ts";
import { IntakeFixture, numbersOf } from "../support/intake_fixture.ts";

Deno.test("IntakePool.overdue() gives what has waited for 33 s, the oldest first", () => {
  const fixture = new IntakeFixture();
  const other = new OrderedIntake(fixture.pool);
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

Deno.test("IntakePool.nextDeadlineMs() goes by what still waits", () => {
  const fixture = new IntakeFixture();
  fixture.take(2n, { nowMs: 100 });
  fixture.take(4n, { nowMs: 400 });
  fixture.take(1n, { nowMs: 500 });
  assertEquals(fixture.pool.nextDeadlineMs(), 400 + HOLD_MS);
});

Deno.test("IntakePool.overdue() gives the oldest when all sessions hold more than the bound", () => {
  const fixture = new IntakeFixture();
  const intakes = Array.from({ length: 17 }, () => new OrderedIntake(fixture.pool));
  intakes.slice(0, 16).forEach((intake, nowMs) =>
    fixture.take(2n, { bytes: MAX_TOTAL_HELD_BYTES / 16, nowMs, intake })
  );
  assertEquals(fixture.pool.overdue(20), undefined);
  fixture.take(5n, { nowMs: 20, intake: intakes[16] });
  assertEquals(fixture.pool.overdue(20)?.heldAtMs, 0);
  assertEquals(numbersOf(fixture.pool.overdue(20)?.passGaps() ?? []), [2n]);
  assertEquals(fixture.pool.overdue(20), undefined);
});
