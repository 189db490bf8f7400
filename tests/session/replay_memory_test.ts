import { assertEquals } from "@std/assert";
import { ReplayMemory } from "../../src/session/replay_memory.ts";

const NOW = 1_700_000_000;
const FRESH = { maxAgeSeconds: 60, maxTokens: 4 };

Deno.test("ReplayMemory.accept() takes a token once", () => {
  const memory = new ReplayMemory(FRESH);
  assertEquals(memory.accept(NOW, hmac(1), NOW), true);
  assertEquals(memory.accept(NOW, hmac(1), NOW), false);
  assertEquals(memory.size, 1);
});

Deno.test("ReplayMemory.accept() refuses a copy for as long as it is fresh", () => {
  const memory = new ReplayMemory(FRESH);
  memory.accept(NOW + 60, hmac(1), NOW);
  assertEquals(memory.accept(NOW + 60, hmac(1), NOW + 120), false);
});

Deno.test("ReplayMemory.accept() takes tokens of one second that differ in any of the first 53 bits", () => {
  const memory = new ReplayMemory({ ...FRESH, maxTokens: 100 });
  assertEquals(memory.accept(NOW, new Uint8Array(32), NOW), true);
  for (let bit = 0; bit < 53; bit++) {
    const other = new Uint8Array(32);
    other[bit >> 3] = 0x80 >> (bit & 7);
    assertEquals(memory.accept(NOW, other, NOW), true);
    assertEquals(memory.accept(NOW, other, NOW), false);
  }
});

Deno.test("ReplayMemory.accept() takes the same HMAC with another timestamp", () => {
  const memory = new ReplayMemory(FRESH);
  assertEquals(memory.accept(NOW, hmac(1), NOW), true);
  assertEquals(memory.accept(NOW - 1, hmac(1), NOW), true);
});

Deno.test("ReplayMemory.accept() takes tokens in any order of time", () => {
  const memory = new ReplayMemory(FRESH);
  const times = [NOW, NOW - 60, NOW + 60, NOW - 30];
  assertEquals(times.map((time) => memory.accept(time, hmac(1), NOW)), [true, true, true, true]);
  assertEquals(times.map((time) => memory.accept(time, hmac(1), NOW)), [
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("ReplayMemory.accept() does not keep the HMAC's array", () => {
  const memory = new ReplayMemory(FRESH);
  const bytes = hmac(1);
  memory.accept(NOW, bytes, NOW);
  bytes.fill(0);
  assertEquals(memory.accept(NOW, hmac(1), NOW), false);
});

Deno.test("ReplayMemory.accept() reads an HMAC that is a view", () => {
  const memory = new ReplayMemory(FRESH);
  const buffer = new Uint8Array(64).fill(0xa5);
  buffer.set(hmac(1), 7);
  assertEquals(memory.accept(NOW, buffer.subarray(7, 39), NOW), true);
  assertEquals(memory.accept(NOW, hmac(1), NOW), false);
});

Deno.test("ReplayMemory.size reaches maxTokens and never passes it", () => {
  const memory = new ReplayMemory(FRESH);
  const sizes = [1, 2, 3, 4, 5].map((number) => {
    memory.accept(NOW + number, hmac(number), NOW);
    return memory.size;
  });
  assertEquals(sizes, [1, 2, 3, 4, 4]);
});

Deno.test("ReplayMemory.accept() forgets nothing at the bound", () => {
  const memory = new ReplayMemory(FRESH);
  for (const number of [1, 2, 3, 4]) memory.accept(NOW + number, hmac(number), NOW);
  for (const number of [1, 2, 3, 4]) {
    assertEquals(memory.accept(NOW + number, hmac(number), NOW), false);
  }
});

Deno.test("ReplayMemory.accept() refuses the oldest second whole one past the bound", () => {
  const memory = new ReplayMemory(FRESH);
  for (const number of [3, 1, 2, 4, 5]) memory.accept(NOW + number, hmac(number), NOW);
  assertEquals(memory.accept(NOW + 1, hmac(1), NOW), false);
  assertEquals(memory.accept(NOW + 1, hmac(99), NOW), false);
  assertEquals(memory.accept(NOW, hmac(99), NOW), false);
  assertEquals(memory.accept(NOW + 2, hmac(99), NOW), true);
});

Deno.test("ReplayMemory.accept() forgets stale seconds first, and all of them", () => {
  const memory = new ReplayMemory(FRESH);
  for (const number of [1, 2, 3]) memory.accept(NOW + number, hmac(number), NOW);
  memory.accept(NOW + 63, hmac(4), NOW + 63);
  memory.accept(NOW + 63, hmac(5), NOW + 63);
  assertEquals(memory.size, 3);
  assertEquals(memory.accept(NOW + 3, hmac(3), NOW + 63), false);
});

Deno.test("ReplayMemory.accept() lets no copy through when the clock is set back", () => {
  const memory = new ReplayMemory(FRESH);
  for (const number of [1, 2, 3, 4]) memory.accept(NOW, hmac(number), NOW);
  memory.accept(NOW + 100, hmac(5), NOW + 100);
  assertEquals(memory.accept(NOW, hmac(1), NOW), false);
});

Deno.test("ReplayMemory.accept() takes tokens again when a clock that was ahead is set right", () => {
  const memory = new ReplayMemory({ maxAgeSeconds: 60, maxTokens: 100 });
  memory.accept(NOW, hmac(1), NOW);
  const ahead = NOW + 3_600;
  for (let second = 0; second < 100; second++) {
    memory.accept(ahead + second, hmac(2), ahead + second);
  }
  assertEquals(memory.accept(NOW + 100, hmac(3), NOW + 100), true);
  assertEquals(memory.accept(NOW + 100, hmac(3), NOW + 100), false);
  assertEquals(memory.accept(NOW, hmac(1), NOW + 60), false);
});

Deno.test("ReplayMemory.accept() refuses what was taken while the clock was ahead, once it is that late", () => {
  const memory = new ReplayMemory({ maxAgeSeconds: 60, maxTokens: 1_000 });
  const ahead = NOW + 3_600;
  for (let second = 0; second < 100; second++) {
    memory.accept(ahead + second, hmac(2), ahead + second);
  }
  for (let second = 100; second < 3_600; second++) {
    memory.accept(NOW + second, hmac(3), NOW + second);
  }
  for (let second = 0; second < 100; second++) {
    assertEquals(memory.accept(ahead + second, hmac(2), ahead + second), false);
  }
  assertEquals(memory.accept(ahead + 100, hmac(2), ahead + 100), true);
});

Deno.test("ReplayMemory.accept() refuses the rest of a second that alone passes the bound", () => {
  const memory = new ReplayMemory(FRESH);
  const taken = [1, 2, 3, 4, 5, 6].map((number) => memory.accept(NOW, hmac(number), NOW));
  assertEquals(taken, [true, true, true, true, true, false]);
  assertEquals(memory.accept(NOW + 1, hmac(1), NOW + 1), true);
});

Deno.test("ReplayMemory.accept() takes timestamp 0", () => {
  const memory = new ReplayMemory(FRESH);
  assertEquals([memory.accept(0, hmac(1), 0), memory.accept(0, hmac(1), 0)], [true, false]);
});

const ANY_AGE = { maxAgeSeconds: 0, maxTokens: 4 };

Deno.test("ReplayMemory.accept() with freshness off remembers tokens of any age", () => {
  const memory = new ReplayMemory(ANY_AGE);
  assertEquals(memory.accept(0, hmac(1), NOW), true);
  assertEquals(memory.accept(2 ** 53, hmac(1), NOW), true);
  assertEquals(memory.accept(0, hmac(1), NOW), false);
  assertEquals(memory.accept(2 ** 53, hmac(1), NOW), false);
});

Deno.test("ReplayMemory.accept() with freshness off still takes old tokens past the bound", () => {
  const memory = new ReplayMemory(ANY_AGE);
  for (const number of [1, 2, 3, 4, 5]) memory.accept(NOW + number, hmac(number), NOW);
  assertEquals(memory.size, 4);
  assertEquals(memory.accept(NOW, hmac(9), NOW), true);
});

Deno.test("ReplayMemory.accept() past the bound makes room for an eighth, so that it rarely must", () => {
  const memory = new ReplayMemory({ maxAgeSeconds: 0, maxTokens: 64 });
  for (let number = 0; number < 64; number++) memory.accept(NOW + number, hmac(number), NOW);
  assertEquals(memory.size, 64);
  memory.accept(NOW + 64, hmac(64), NOW);
  assertEquals(memory.size, 56);
});

function hmac(number: number): Uint8Array {
  const bytes = new Uint8Array(32);
  new DataView(bytes.buffer).setUint32(0, number);
  return bytes;
}

Deno.test("ReplayMemory.accept() holds no token longer than it is fresh", () => {
  const memory = new ReplayMemory({ maxAgeSeconds: 60, maxTokens: 65_536 });
  for (let second = 1_000; second < 2_000; second++) {
    memory.accept(second, new Uint8Array(32), second);
  }
  assertEquals(memory.size, 61);
});

Deno.test("ReplayMemory.accept() holds no token longer when the clock was set back", () => {
  const memory = new ReplayMemory({ maxAgeSeconds: 60, maxTokens: 65_536 });
  memory.accept(NOW, hmac(1), NOW);
  for (let second = NOW - 3_000; second < NOW - 1_000; second++) {
    memory.accept(second, hmac(2), second);
  }
  assertEquals(memory.size, 62);
  assertEquals(memory.accept(NOW, hmac(1), NOW), false);
});

Deno.test("ReplayMemory.remembers() tells a copy from a token of a second that is forgotten", () => {
  const memory = new ReplayMemory(FRESH);
  for (let index = 0; index <= FRESH.maxTokens; index++) memory.accept(NOW + index, hmac(1), NOW);
  assertEquals(memory.accept(NOW, hmac(2), NOW), false);
  assertEquals(memory.remembers(NOW, hmac(2)), false);
  assertEquals(memory.remembers(NOW + FRESH.maxTokens, hmac(1)), true);
});
