import { assertEquals } from "@std/assert";
import { registrationDigest, RegistrationMemory } from "../../src/session/registration_memory.ts";

Deno.test("RegistrationMemory.has() knows the values that made a session", () => {
  const memory = new RegistrationMemory(2);
  memory.remember("digest");
  assertEquals([memory.has("digest"), memory.has("other")], [true, false]);
});

Deno.test("RegistrationMemory.remember() keeps as many values as the bound says", () => {
  const memory = new RegistrationMemory(3);
  for (const digest of ["a", "b", "c"]) memory.remember(digest);
  assertEquals(["a", "b", "c"].map((digest) => memory.has(digest)), [true, true, true]);
  assertEquals(memory.size, 3);
});

Deno.test("RegistrationMemory.remember() forgets the oldest value one past it", () => {
  const memory = new RegistrationMemory(3);
  for (const digest of ["a", "b", "c", "d"]) memory.remember(digest);
  assertEquals(["a", "b", "c", "d"].map((digest) => memory.has(digest)), [
    false,
    true,
    true,
    true,
  ]);
  assertEquals(memory.size, 3);
});

Deno.test("RegistrationMemory.remember() takes no second place for a value it has", () => {
  const memory = new RegistrationMemory(2);
  for (const digest of ["digest", "digest", "digest", "other"]) memory.remember(digest);
  assertEquals([memory.has("digest"), memory.has("other")], [true, true]);
});

Deno.test("RegistrationMemory.clear() forgets all", () => {
  const memory = new RegistrationMemory(2);
  memory.remember("digest");
  memory.clear();
  assertEquals([memory.size, memory.has("digest")], [0, false]);
});

Deno.test("registrationDigest() is all of SHA-256, a byte a character", () => {
  // FIPS 180-4, the example of one block.
  const digest = registrationDigest(new TextEncoder().encode("abc"));
  const hex = [...digest].map((it) => it.charCodeAt(0).toString(16).padStart(2, "0")).join("");
  assertEquals(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
