import { assertEquals } from "@std/assert";
import { BodyMemory } from "../../src/session/body_memory.ts";

const MAX_BODIES = 65_536;

function memoryFor(maxAgeSeconds: number, maxBodies = MAX_BODIES): BodyMemory {
  return new BodyMemory({ maxAgeSeconds, maxBodies });
}

Deno.test("BodyMemory.senderOf() tells who sent a body", () => {
  const memory = memoryFor(60);
  memory.remember("a", "127.0.0.1:1", 0);
  memory.remember("b", "127.0.0.1:2", 0);
  const senders = ["a", "b", "c"].map((digest) => memory.senderOf(digest, 0));
  assertEquals(senders, ["127.0.0.1:1", "127.0.0.1:2", undefined]);
});

const times: { nowMs: number; size: number }[] = [
  { nowMs: 59_999, size: 2 },
  { nowMs: 60_000, size: 1 },
  { nowMs: 60_001, size: 0 },
];
for (const { nowMs, size } of times) {
  Deno.test(`BodyMemory has ${size} of two bodies left after ${nowMs} ms of a minute`, () => {
    const memory = memoryFor(60);
    memory.remember("a", "x", 0);
    memory.remember("b", "x", 1);
    assertEquals(memory.senderOf("b", nowMs), size > 0 ? "x" : undefined);
    assertEquals(memory.size, size);
  });
}

Deno.test("BodyMemory forgets nothing for its age when no age is too old", () => {
  const memory = memoryFor(0);
  memory.remember("a", "x", 0);
  assertEquals(memory.senderOf("a", Number.MAX_SAFE_INTEGER), "x");
});

Deno.test("BodyMemory remembers 65,536 bodies, the newest, and not one more", () => {
  const memory = memoryFor(0);
  for (let body = 0; body < MAX_BODIES; body++) memory.remember(String(body), "x", body);
  assertEquals([memory.size, memory.senderOf("0", 0)], [MAX_BODIES, "x"]);
  memory.remember("one more", "x", 99_999);
  assertEquals(memory.size, MAX_BODIES);
  const senders = ["0", "1", "one more"].map((digest) => memory.senderOf(digest, 0));
  assertEquals(senders, [undefined, "x", "x"]);
});

Deno.test("BodyMemory remembers as many bodies as it was told, and forgets the oldest for one more", () => {
  const memory = memoryFor(60, 1_024);
  for (let body = 0; body < 1_024; body++) memory.remember(`${body}`, "x", body);
  assertEquals([memory.size, memory.senderOf("0", 1_024)], [1_024, "x"]);
  memory.remember("one more", "x", 1_024);
  assertEquals([memory.size, memory.senderOf("0", 1_024), memory.senderOf("1", 1_024)], [
    1_024,
    undefined,
    "x",
  ]);
});

Deno.test("BodyMemory remembers a body that comes again from then on", () => {
  const memory = memoryFor(60);
  memory.remember("a", "x", 0);
  memory.remember("a", "y", 59_999);
  assertEquals(memory.senderOf("a", 60_000), "y");
});
