import { assert, assertEquals } from "@std/assert";
import {
  BODY_LIFETIME_MS,
  DirectBodyMemory,
  MAX_REMEMBERED_BODIES,
} from "../../../src/client/direct/direct_body_memory.ts";

Deno.test("DirectBodyMemory knows a body for a minute", () => {
  const memory = new DirectBodyMemory();
  assertEquals(memory.has("a", 0), false);
  memory.remember("a", 0);
  assert(memory.has("a", BODY_LIFETIME_MS - 1));
  assertEquals(memory.has("a", BODY_LIFETIME_MS), false);
});

Deno.test("DirectBodyMemory remembers 1,024 bodies and forgets the oldest for one more", () => {
  const memory = new DirectBodyMemory();
  for (let body = 0; body < MAX_REMEMBERED_BODIES; body++) memory.remember(`${body}`, body);
  assert(memory.has("0", MAX_REMEMBERED_BODIES));
  memory.remember("one more", MAX_REMEMBERED_BODIES);
  assertEquals(memory.size, MAX_REMEMBERED_BODIES);
  assertEquals(memory.has("0", MAX_REMEMBERED_BODIES), false);
  assert(memory.has("1", MAX_REMEMBERED_BODIES));
});

Deno.test("DirectBodyMemory lets go of what is old", () => {
  const memory = new DirectBodyMemory();
  for (let body = 0; body < 100; body++) memory.remember(`${body}`, 0);
  memory.remember("new", BODY_LIFETIME_MS);
  assertEquals(memory.size, 1);
});
