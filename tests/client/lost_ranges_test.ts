import { assertEquals } from "@std/assert";
import { LostRanges } from "../../src/client/lost_ranges.ts";
import { SeededRandom } from "../support/seeded_random.ts";

function range(first: number, last = first) {
  return { first: BigInt(first), last: BigInt(last) };
}

Deno.test("LostRanges joins adjacent ranges, in whatever order they come", () => {
  const random = new SeededRandom(3);
  for (let round = 0; round < 20; round++) {
    const lost = new LostRanges();
    const parts = [range(1, 2), range(3), range(4, 9), range(11), range(13, 20), range(12)];
    for (const part of random.shuffle(parts)) lost.add(part);
    assertEquals([lost.shift(), lost.shift(), lost.shift()], [
      range(1, 9),
      range(11, 20),
      undefined,
    ]);
  }
});

Deno.test("LostRanges shows its first range, and counts them", () => {
  const lost = new LostRanges();
  assertEquals(lost.first, undefined);
  lost.add(range(7));
  lost.add(range(5));
  assertEquals(lost.first, range(5));
  assertEquals(lost.size, 2);
});
