import { assertEquals } from "@std/assert";
import { Deque } from "../../src/session/deque.ts";

Deno.test("Deque gives items in the order in which they came", () => {
  const deque = new Deque<number>();
  const model: number[] = [];
  for (let i = 0; i < 1_000; i++) {
    deque.push(i);
    model.push(i);
    if (i % 3 !== 0) assertEquals(deque.shift(), model.shift());
    assertEquals([deque.size, deque.first, deque.last], [model.length, model[0], model.at(-1)]);
  }
  while (model.length > 0) assertEquals(deque.shift(), model.shift());
  assertEquals([deque.size, deque.first, deque.last], [0, undefined, undefined]);
  assertEquals(deque.shift(), undefined);
});
