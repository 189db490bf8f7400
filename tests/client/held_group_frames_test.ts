import { assertEquals } from "@std/assert";
import {
  HELD_FRAME_MS,
  HeldGroupFrames,
  MAX_HELD_FRAME_BYTES,
  MAX_HELD_FRAMES,
} from "../../src/client/held_group_frames.ts";

function frame(epoch: number, bytes = 10) {
  return { kind: "message", epoch, value: new Uint8Array(bytes).fill(epoch) } as const;
}

Deno.test("HeldGroupFrames.take() gives what is wanted, in order, and keeps the rest", () => {
  const held = new HeldGroupFrames();
  for (const epoch of [5, 6, 5, 7]) held.add(frame(epoch), 0);
  const taken = held.take(({ epoch }) => epoch < 7);
  assertEquals(taken.map(({ epoch }) => epoch), [5, 6, 5]);
  assertEquals([held.size, held.hasAbove(6), held.hasAbove(7)], [1, true, false]);
});

Deno.test("HeldGroupFrames.add() copies the value", () => {
  const held = new HeldGroupFrames();
  const value = Uint8Array.of(1, 2, 3);
  held.add({ kind: "fragment", epoch: 1, value }, 0);
  value.fill(0);
  assertEquals(held.take(() => true)[0]?.value, Uint8Array.of(1, 2, 3));
});

Deno.test("HeldGroupFrames gives the oldest up past its bound on frames", () => {
  const held = new HeldGroupFrames();
  for (let epoch = 1; epoch <= MAX_HELD_FRAMES; epoch++) assertEquals(held.add(frame(epoch), 0), 0);
  assertEquals(held.add(frame(200), 0), 1);
  assertEquals(held.size, MAX_HELD_FRAMES);
  assertEquals(held.take(() => true)[0]?.epoch, 2);
});

Deno.test("HeldGroupFrames gives the oldest up past its bound on bytes", () => {
  const held = new HeldGroupFrames();
  assertEquals(held.add(frame(1, MAX_HELD_FRAME_BYTES / 2), 0), 0);
  assertEquals(held.add(frame(2, MAX_HELD_FRAME_BYTES / 2), 0), 0);
  assertEquals(held.add(frame(3, 1), 0), 1);
  held.take(({ epoch }) => epoch === 2);
  assertEquals(held.add(frame(4, MAX_HELD_FRAME_BYTES - 1), 0), 0, "what is taken counts no more");
  assertEquals(
    held.add(frame(5, MAX_HELD_FRAME_BYTES + 1), 0),
    3,
    "a longer one has no room at all",
  );
});

Deno.test("HeldGroupFrames.expire() forgets what was held for 2 s", () => {
  const held = new HeldGroupFrames();
  held.add(frame(1), 0);
  held.add(frame(2), 500);
  assertEquals(held.expire(HELD_FRAME_MS - 1), 0);
  assertEquals(held.nextDeadlineMs(), HELD_FRAME_MS);
  assertEquals([held.expire(HELD_FRAME_MS), held.size], [1, 1]);
  assertEquals([held.expire(HELD_FRAME_MS + 500), held.nextDeadlineMs()], [1, Infinity]);
});
