import { assertEquals } from "@std/assert";
import { MultiMap } from "../../../src/cluster/presence/multi_map.ts";

const [A, B, C] = [{ name: "a" }, { name: "b" }, { name: "c" }];

Deno.test("MultiMap.add() says whether a value is the first one of its key", () => {
  const map = new MultiMap<string, object>();
  assertEquals([map.add("x", A), map.add("x", A), map.add("x", B), map.add("y", C)], [
    true,
    false,
    false,
    true,
  ]);
  assertEquals(map.get("x"), [A, B]);
  assertEquals(map.get("z"), []);
});

Deno.test("MultiMap.delete() says whether a value was the last one of its key", () => {
  const map = new MultiMap<string, object>();
  for (const value of [A, B, C]) map.add("x", value);
  assertEquals(["x", "x", "x"].map((key) => map.delete(key, B)), [false, false, false]);
  assertEquals([map.delete("y", A), map.delete("x", A), map.has("x")], [false, false, true]);
  assertEquals([map.delete("x", C), map.has("x"), map.delete("x", C)], [true, false, false]);
  map.add("x", A);
  assertEquals([map.delete("x", B), map.delete("x", A), map.has("x")], [false, true, false]);
});
