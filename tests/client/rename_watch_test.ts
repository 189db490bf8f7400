import { assertEquals } from "@std/assert";
import { RENAME_WAIT_MS, RenameWatch } from "../../src/client/rename_watch.ts";

const nobody = () => false;

Deno.test("RenameWatch keeps back the join that follows one's own leave", () => {
  const watch = new RenameWatch();
  watch.left();
  assertEquals([watch.keep("a:2", 0), watch.isWaiting], [true, true]);
  assertEquals(watch.take(nobody, RENAME_WAIT_MS - 1), undefined);
  assertEquals([watch.take(nobody, RENAME_WAIT_MS), watch.isWaiting], ["a:2", false]);
});

Deno.test("RenameWatch forgets the join that proves to be one's own", () => {
  const watch = new RenameWatch();
  watch.left();
  watch.keep("a:2", 0);
  assertEquals(watch.take((id) => id === "a:2", 1), undefined);
  assertEquals([watch.isWaiting, watch.nextDeadlineMs()], [false, Infinity]);
});

Deno.test("RenameWatch keeps back no join of another token, and one at a time", () => {
  const watch = new RenameWatch();
  assertEquals(watch.keep("b:1", 0), false);
  watch.left();
  watch.endToken();
  assertEquals(watch.keep("b:1", 0), false);
  watch.left();
  assertEquals([watch.keep("a:2", 0), watch.keep("b:1", 0)], [true, false]);
  watch.left();
  assertEquals(watch.keep("a:3", 0), false);
});
