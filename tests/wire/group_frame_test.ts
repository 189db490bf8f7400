import { assertEquals } from "@std/assert";
import { decodeGroupFrame, groupFramePrefix } from "../../src/wire/group_frame.ts";

Deno.test("groupFramePrefix() is the epoch, big-endian", () => {
  assertEquals(groupFramePrefix(0x01020304).toHex(), "01020304");
});

Deno.test("decodeGroupFrame() gives epoch and rest", () => {
  const value = Uint8Array.of(0xff, 0, 0, 1, 7, 8);
  assertEquals(decodeGroupFrame(value), { epoch: 0xff000001, rest: Uint8Array.of(7, 8) });
});

Deno.test("decodeGroupFrame() reads a view at its own offset", () => {
  const value = Uint8Array.of(9, 9, 0, 0, 0, 5).subarray(2);
  assertEquals(decodeGroupFrame(value), { epoch: 5, rest: new Uint8Array() });
});

for (const length of [0, 1, 3]) {
  Deno.test(`decodeGroupFrame() refuses ${length} bytes`, () => {
    assertEquals(decodeGroupFrame(new Uint8Array(length)), undefined);
  });
}
