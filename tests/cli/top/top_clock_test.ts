import { assert, assertEquals, assertRejects } from "@std/assert";
import { SYSTEM_TOP_CLOCK, wait } from "../../../src/cli/top/top_clock.ts";
import { FakeTopClock } from "./top_fake_terminal.ts";

Deno.test("wait() waits for its time", async () => {
  const clock = new FakeTopClock();
  let isOver = false;
  const waiting = wait(clock, 100, new AbortController().signal).then(() => isOver = true);
  clock.advance(99);
  await Promise.resolve();
  assertEquals(isOver, false);
  clock.advance(1);
  await waiting;
  assertEquals(clock.timerCount, 0);
});

Deno.test("wait() ends with its signal, and leaves no timer", async () => {
  const clock = new FakeTopClock();
  const controller = new AbortController();
  const waiting = wait(clock, 100, controller.signal);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => waiting, RangeError, "enough");
  assertEquals(clock.timerCount, 0);
  await assertRejects(() => wait(clock, 100, controller.signal), RangeError, "enough");
  assertEquals(clock.timerCount, 0);
});

Deno.test("SYSTEM_TOP_CLOCK tells Unix time", () => {
  assert(Math.abs(SYSTEM_TOP_CLOCK.unixMs() - Date.now()) < 60_000);
});
