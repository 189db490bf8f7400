import { assertEquals } from "@std/assert";
import { EPOCH_GATHER_MS, EPOCH_POSTPONE_MS, GroupChanges } from "../../src/relay/group_changes.ts";

Deno.test("GroupChanges wants nothing at first", () => {
  const changes = new GroupChanges();
  assertEquals([changes.isDue(1e9), changes.nextDeadlineMs()], [false, undefined]);
});

Deno.test("GroupChanges.wantForLeavers() is due at once after a quiet time", () => {
  const changes = new GroupChanges();
  changes.wantForLeavers();
  assertEquals([changes.isDue(0), changes.isUrgent], [true, false]);
  changes.begin(0);
  assertEquals([changes.isDue(EPOCH_GATHER_MS), changes.nextDeadlineMs()], [false, undefined]);
});

Deno.test("GroupChanges.wantForLeavers() is due a second after the change before", () => {
  const changes = new GroupChanges();
  changes.begin(500);
  changes.wantForLeavers();
  changes.wantForLeavers();
  assertEquals(changes.nextDeadlineMs(), 500 + EPOCH_GATHER_MS);
  assertEquals(changes.isDue(499 + EPOCH_GATHER_MS), false);
  assertEquals(changes.isDue(500 + EPOCH_GATHER_MS), true);
});

Deno.test("GroupChanges.wantAtOnce() waits for nothing, also when one was wanted before", () => {
  const changes = new GroupChanges();
  changes.begin(500);
  changes.wantForLeavers();
  changes.wantAtOnce();
  changes.wantForLeavers();
  assertEquals([changes.isUrgent, changes.isDue(500)], [true, true]);
  changes.begin(510);
  assertEquals([changes.isUrgent, changes.isDue(510)], [false, false]);
  changes.wantForLeavers();
  assertEquals(changes.nextDeadlineMs(), 510 + EPOCH_GATHER_MS);
});

Deno.test("GroupChanges.wantForNewcomers() stands until somebody leaves", () => {
  const changes = new GroupChanges();
  changes.wantForNewcomers();
  assertEquals([changes.isForNewcomers, changes.isDue(0)], [true, true]);
  changes.wantForLeavers();
  changes.wantForNewcomers();
  assertEquals([changes.isForNewcomers, changes.isDue(0)], [false, true]);
});

Deno.test("GroupChanges.postpone() puts off what is due by a little", () => {
  const changes = new GroupChanges();
  changes.wantForNewcomers();
  changes.postpone(500);
  assertEquals([changes.isDue(500), changes.nextDeadlineMs()], [false, 500 + EPOCH_POSTPONE_MS]);
  assertEquals(changes.isDue(500 + EPOCH_POSTPONE_MS), true);
});
