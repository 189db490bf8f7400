import { assertEquals } from "@std/assert";
import { earlierOf } from "../../src/session/earlier_of.ts";

for (
  const { first, second, earlier } of [
    { first: 1, second: 2, earlier: 1 },
    { first: 2, second: 1, earlier: 1 },
    { first: -Infinity, second: 0, earlier: -Infinity },
    { first: undefined, second: 3, earlier: 3 },
    { first: 0, second: undefined, earlier: 0 },
    { first: undefined, second: undefined, earlier: undefined },
  ]
) {
  Deno.test(`earlierOf() gives ${earlier} of ${first} and ${second}`, () => {
    assertEquals(earlierOf(first, second), earlier);
  });
}
