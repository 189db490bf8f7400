import { assertEquals } from "@std/assert";
import { KeyWait } from "../../src/client/key_wait.ts";

Deno.test("KeyWait asks after 2 s, then ever more seldom, at most each 16 s", () => {
  const wait = new KeyWait(1_000);
  const asked: number[] = [];
  while (wait.nextDeadlineMs() < 70_000) {
    const ms = wait.nextDeadlineMs();
    assertEquals(wait.take(ms - 1), false);
    if (wait.take(ms)) asked.push(ms - 1_000);
  }
  assertEquals(asked, [2_000, 6_000, 14_000, 30_000, 46_000, 62_000]);
});

Deno.test("KeyWait.end() asks nothing any more", () => {
  const wait = new KeyWait(0);
  wait.end();
  assertEquals([wait.take(1_000_000), wait.nextDeadlineMs()], [false, Infinity]);
});
