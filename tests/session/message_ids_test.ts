import { assertEquals } from "@std/assert";
import { MessageIds } from "../../src/session/message_ids.ts";

Deno.test("MessageIds.take() begins with the random bytes and counts on, past the last u32 too", () => {
  const ids = new MessageIds(Uint8Array.of(9, 0xff, 0xff, 0xff, 0xfe).subarray(1));
  assertEquals([ids.take(), ids.take(), ids.take()], [0xfffffffe, 0xffffffff, 0]);
});
