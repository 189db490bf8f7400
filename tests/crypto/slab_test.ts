import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { MAX_SLAB_PART_BYTES, Slab, SLAB_BYTES } from "../../src/crypto/slab.ts";

Deno.test("Slab.take() gives zeros of the length that is asked for", () => {
  const slab = new Slab();
  for (const bytes of [0, 1, 470, MAX_SLAB_PART_BYTES, MAX_SLAB_PART_BYTES + 1, 1_000_000]) {
    assertEquals(slab.take(bytes), new Uint8Array(bytes));
  }
});

Deno.test("Slab.take() gives no byte twice", () => {
  const slab = new Slab();
  const parts = Array.from({ length: 1_000 }, (_, index) => slab.take(470).fill(index));
  for (const [index, part] of parts.entries()) {
    assertEquals(part, new Uint8Array(470).fill(index));
  }
});

Deno.test("Slab.take() cuts short arrays from one buffer, and makes long ones by themselves", () => {
  const slab = new Slab();
  const [first, second] = [slab.take(100), slab.take(MAX_SLAB_PART_BYTES)];
  assertStrictEquals(first.buffer, second.buffer);
  const long = slab.take(MAX_SLAB_PART_BYTES + 1);
  assert(long.buffer !== first.buffer);
  assertEquals(long.buffer.byteLength, MAX_SLAB_PART_BYTES + 1);
  assertEquals(first.buffer.byteLength, SLAB_BYTES);
});
