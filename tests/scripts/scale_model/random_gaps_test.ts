import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RandomGaps } from "../../../scripts/scale_model/random_gaps.ts";

Deno.test("RandomGaps.next() gives the same numbers for a seed, above 0 and below 1", () => {
  const [one, other] = [new RandomGaps(5), new RandomGaps(5)];
  for (let count = 0; count < 10_000; count++) {
    const number = one.next();
    assertEquals(other.next(), number);
    assert(number > 0 && number < 1);
  }
});

Deno.test("RandomGaps.gap() has the mean that it was asked for", () => {
  const random = new RandomGaps(11);
  let sum = 0;
  for (let count = 0; count < 50_000; count++) sum += random.gap(3);
  assertAlmostEquals(sum / 50_000, 3, 0.05);
});
