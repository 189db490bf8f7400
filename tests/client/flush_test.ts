import { assertEquals } from "@std/assert";
import { CONFIRM_TRIES, Flush } from "../../src/client/flush.ts";

const BUSY = { isDrained: false, lingerUntilMs: -Infinity };
const DRAINED = { isDrained: true, lingerUntilMs: -Infinity };

Deno.test("Flush does nothing until it is begun", () => {
  const flush = new Flush();
  assertEquals(flush.isRunning, false);
  assertEquals(flush.nextDeadlineMs(DRAINED), undefined);
  assertEquals(flush.tick(DRAINED, 0), "nothing");
  assertEquals(flush.confirm(DRAINED, 0), false);
});

Deno.test("Flush waits until all has left, then until repairs had their time", () => {
  const flush = new Flush();
  flush.begin();
  assertEquals(flush.nextDeadlineMs(BUSY), undefined);
  assertEquals(flush.tick(BUSY, 0), "nothing");
  const lingering = { isDrained: true, lingerUntilMs: 700 };
  assertEquals(flush.nextDeadlineMs(lingering), 700);
  assertEquals(flush.tick(lingering, 699), "nothing");
  assertEquals(flush.tick(lingering, 700), "probe");
});

Deno.test("Flush takes a reply only once it has asked", () => {
  const flush = new Flush();
  flush.begin();
  assertEquals(flush.confirm(DRAINED, 0), false);
  assertEquals(flush.isRunning, true);
  flush.tick(DRAINED, 0);
  assertEquals(flush.confirm(DRAINED, 5), true);
  assertEquals(flush.isRunning, false);
});

Deno.test("Flush asks once more when fragments are being sent again", () => {
  const flush = new Flush();
  flush.begin();
  flush.tick(DRAINED, 0);
  assertEquals(flush.confirm(BUSY, 5), false);
  assertEquals(flush.tick(DRAINED, 6), "probe");
  assertEquals(flush.confirm(DRAINED, 7), true);
});

Deno.test("Flush gives up when no KEEP_ALIVE was answered", () => {
  const flush = new Flush();
  flush.begin();
  for (let sent = 0; sent < CONFIRM_TRIES; sent++) {
    assertEquals(flush.tick(DRAINED, sent * 1_000), "probe");
  }
  assertEquals(flush.tick(DRAINED, CONFIRM_TRIES * 1_000 - 1), "nothing");
  assertEquals(flush.tick(DRAINED, CONFIRM_TRIES * 1_000), "lost");
  assertEquals(flush.isRunning, false);
});
