import { assertEquals } from "@std/assert";
import { RegistrationMemory } from "../../src/session/registration_memory.ts";

Deno.test("RegistrationMemory.sessionOf() gives the session that a value made", () => {
  const memory = new RegistrationMemory(2);
  memory.remember("digest", "session");
  assertEquals(memory.sessionOf("digest"), "session");
  assertEquals(memory.sessionOf("other"), undefined);
});

Deno.test("RegistrationMemory.remember() keeps as many values as the bound says", () => {
  const memory = new RegistrationMemory(3);
  for (const name of ["a", "b", "c"]) memory.remember(name, name);
  assertEquals(["a", "b", "c"].map((name) => memory.sessionOf(name)), ["a", "b", "c"]);
  assertEquals(memory.size, 3);
});

Deno.test("RegistrationMemory.remember() forgets the oldest value one past it", () => {
  const memory = new RegistrationMemory(3);
  for (const name of ["a", "b", "c", "d"]) memory.remember(name, name);
  assertEquals(["a", "b", "c", "d"].map((name) => memory.sessionOf(name)), [
    undefined,
    "b",
    "c",
    "d",
  ]);
  assertEquals(memory.size, 3);
});

Deno.test("RegistrationMemory.remember() takes no second place for a value it has", () => {
  const memory = new RegistrationMemory(2);
  for (const session of ["one", "two", "three"]) memory.remember("digest", session);
  memory.remember("other", "four");
  assertEquals([memory.sessionOf("digest"), memory.sessionOf("other")], ["three", "four"]);
});

Deno.test("RegistrationMemory.clear() forgets all", () => {
  const memory = new RegistrationMemory(2);
  memory.remember("digest", "session");
  memory.clear();
  assertEquals([memory.size, memory.sessionOf("digest")], [0, undefined]);
});
