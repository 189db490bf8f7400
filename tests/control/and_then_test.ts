import { assertEquals } from "@std/assert";
import { andThen } from "../../src/control/and_then.ts";

Deno.test("andThen() goes on at once with a value, and later with a promise of one", async () => {
  const double = (value: number) => 2 * value;
  assertEquals(andThen(21, double), 42);
  const later = andThen(Promise.resolve(21), double);
  assertEquals([later instanceof Promise, await later], [true, 42]);
});
