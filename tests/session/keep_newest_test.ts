import { assertEquals } from "@std/assert";
import { keepNewest } from "../../src/session/keep_newest.ts";

Deno.test("keepNewest() forgets of a map what was put in first, down to the bound", () => {
  const map = new Map([["a", 1], ["b", 2], ["c", 3], ["d", 4]]);
  keepNewest(map, 2);
  assertEquals([...map], [["c", 3], ["d", 4]]);
});

Deno.test("keepNewest() forgets of a set what was put in first", () => {
  const set = new Set(["a", "b", "c"]);
  set.delete("a");
  set.add("a");
  keepNewest(set, 2);
  assertEquals([...set], ["c", "a"]);
});

Deno.test("keepNewest() leaves alone what is within the bound", () => {
  const set = new Set(["a", "b"]);
  for (const most of [3, 2]) keepNewest(set, most);
  assertEquals([...set], ["a", "b"]);
});

Deno.test("keepNewest() empties what may hold nothing", () => {
  const set = new Set(["a", "b"]);
  keepNewest(set, 0);
  assertEquals(set.size, 0);
  keepNewest(set, 0);
  assertEquals(set.size, 0);
});
