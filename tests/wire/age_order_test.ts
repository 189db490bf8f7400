import { assertEquals } from "@std/assert";
import { AgeOrder } from "../../src/wire/age_order.ts";

const [A, B, C] = [{ name: "a" }, { name: "b" }, { name: "c" }] as const;

function namesOf(order: AgeOrder<{ readonly name: string }>): string {
  return Array.from(order, ({ name }) => name).join("");
}

Deno.test("AgeOrder has no first item while it is empty", () => {
  assertEquals([new AgeOrder().first, new AgeOrder().size], [undefined, 0]);
});

Deno.test("AgeOrder.touch() puts an item last, a known one too", () => {
  const order = new AgeOrder<{ readonly name: string }>();
  for (const item of [A, B, C]) order.touch(item);
  assertEquals([namesOf(order), order.first], ["abc", A]);
  order.touch(A);
  assertEquals([namesOf(order), order.first, order.size], ["bca", B, 3]);
  order.touch(C);
  assertEquals([namesOf(order), order.first], ["bac", B]);
});

Deno.test("AgeOrder.delete() takes an item out, the first one too", () => {
  const order = new AgeOrder<{ readonly name: string }>();
  for (const item of [A, B, C]) order.touch(item);
  assertEquals(order.first, A);
  order.delete(B);
  assertEquals([namesOf(order), order.first], ["ac", A]);
  order.delete(A);
  assertEquals([namesOf(order), order.first], ["c", C]);
  order.delete(C);
  order.delete(C);
  assertEquals([order.first, order.size], [undefined, 0]);
});
