import { assert, assertEquals, assertRejects } from "@std/assert";
import { EventBuffer } from "../../src/session/event_buffer.ts";

function buffer(maxEvents = 3, maxBytes = 100): EventBuffer<string> {
  return new EventBuffer({ maxEvents, maxBytes }, (dropped) => `dropped ${dropped}`);
}

Deno.test("EventBuffer gives events in order, those from before the reader included", async () => {
  const events = buffer();
  events.push("a", 1);
  const reader = events.read();
  assertEquals(await reader.next(), { done: false, value: "a" });
  const next = reader.next();
  events.push("b", 1);
  events.push("c", 1);
  assertEquals(await next, { done: false, value: "b" });
  events.end();
  assertEquals(await Array.fromAsync(reader), ["c"]);
});

Deno.test("EventBuffer drops the oldest past its number, and tells how many", async () => {
  const events = buffer(3);
  for (const event of ["a", "b", "c"]) events.push(event, 1);
  assertEquals(events.size, 3);
  events.push("d", 1);
  events.push("e", 1);
  assertEquals(events.size, 3);
  events.end();
  assertEquals(await Array.fromAsync(events.read()), ["dropped 2", "c", "d", "e"]);
});

Deno.test("EventBuffer drops the oldest past its bytes", async () => {
  const events = buffer(10, 100);
  events.push("a", 60);
  events.push("b", 40);
  assertEquals(events.size, 2);
  events.push("c", 1);
  events.end();
  assertEquals(await Array.fromAsync(events.read()), ["dropped 1", "b", "c"]);
});

Deno.test("EventBuffer takes a single event of any length", async () => {
  const events = buffer(10, 100);
  events.push("a", 1_000);
  events.end();
  assertEquals(await Array.fromAsync(events.read()), ["a"]);
});

Deno.test("EventBuffer.pushFirst() gives an event before all that wait", async () => {
  const events = buffer();
  for (const event of ["a", "b", "c"]) events.push(event, 1);
  const reader = events.read();
  assertEquals((await reader.next()).value, "a");
  events.pushFirst("first", 1);
  events.end();
  events.pushFirst("late", 1);
  assertEquals(await Array.fromAsync(reader), ["first", "b", "c"]);
});

Deno.test("EventBuffer gives what waits, then the error", async () => {
  const events = buffer();
  events.push("a", 1);
  events.fail(new Error("gone"));
  events.push("late", 1);
  events.end();
  const reader = events.read();
  assertEquals((await reader.next()).value, "a");
  await assertRejects(() => reader.next(), Error, "gone");
});

Deno.test("EventBuffer has one reader at a time", async () => {
  const events = buffer();
  events.push("a", 1);
  events.push("b", 1);
  const first = events.read();
  await first.next();
  await assertRejects(() => events.read().next(), TypeError, "read already");
  await first.return();
  assertEquals((await events.read().next()).value, "b");
});

Deno.test("EventBuffer keeps order over many events", async () => {
  const events = buffer(1_000, 1_000_000);
  const read: string[] = [];
  const reader = events.read();
  for (let number = 0; number < 2_000; number += 10) {
    for (let more = 0; more < 10; more++) events.push(`${number + more}`, 1);
    for (let taken = 0; taken < 9; taken++) read.push((await reader.next()).value ?? "");
  }
  events.end();
  for await (const event of reader) read.push(event);
  assertEquals(read, Array.from({ length: 2_000 }, (_, number) => `${number}`));
  assert(events.size === 0);
});
