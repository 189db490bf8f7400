import { assertEquals } from "@std/assert";
import { MAX_REMEMBERED_BODIES, PlainMemory } from "../../src/direct/plain_memory.ts";

Deno.test("PlainMemory.senderOf() tells who sent a body", () => {
  const memory = new PlainMemory(60);
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
  Deno.test(`PlainMemory has ${size} of two bodies left after ${nowMs} ms of a minute`, () => {
    const memory = new PlainMemory(60);
    memory.remember("a", "x", 0);
    memory.remember("b", "x", 1);
    assertEquals(memory.senderOf("b", nowMs), size > 0 ? "x" : undefined);
    assertEquals(memory.size, size);
  });
}

Deno.test("PlainMemory forgets nothing for its age when no age is too old", () => {
  const memory = new PlainMemory(0);
  memory.remember("a", "x", 0);
  assertEquals(memory.senderOf("a", Number.MAX_SAFE_INTEGER), "x");
});

Deno.test("PlainMemory remembers 65,536 bodies, the newest, and not one more", () => {
  const memory = new PlainMemory(0);
  for (let body = 0; body < MAX_REMEMBERED_BODIES; body++) memory.remember(String(body), "x", body);
  assertEquals([memory.size, memory.senderOf("0", 0)], [MAX_REMEMBERED_BODIES, "x"]);
  memory.remember("one more", "x", 99_999);
  assertEquals(memory.size, MAX_REMEMBERED_BODIES);
  const senders = ["0", "1", "one more"].map((digest) => memory.senderOf(digest, 0));
  assertEquals(senders, [undefined, "x", "x"]);
});
