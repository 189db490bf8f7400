import { assert, assertEquals } from "@std/assert";
import { NumberRanges } from "../../../../scripts/soak/measures/number_ranges.ts";
import { SeededRandom } from "../../../support/seeded_random.ts";

function rangesOf(...pairs: readonly [number, number][]): NumberRanges {
  const ranges = new NumberRanges();
  for (const [first, last] of pairs) ranges.add({ first, last });
  return ranges;
}

function pairsOf(ranges: NumberRanges): [number, number][] {
  return ranges.ranges.map(({ first, last }) => [first, last]);
}

const joined = [
  { name: "apart", add: [8, 9], is: [[1, 3], [5, 6], [8, 9]] },
  { name: "between two, touching both", add: [4, 4], is: [[1, 6]] },
  { name: "over all", add: [0, 20], is: [[0, 20]] },
  { name: "inside one", add: [2, 2], is: [[1, 3], [5, 6]] },
  { name: "over the end of one and the begin of the next", add: [3, 5], is: [[1, 6]] },
  { name: "before all", add: [-3, -1], is: [[-3, -1], [1, 3], [5, 6]] },
  { name: "nothing", add: [9, 8], is: [[1, 3], [5, 6]] },
] as const;

for (const { name, add: [first, last], is } of joined) {
  Deno.test(`NumberRanges.add() takes numbers ${name}`, () => {
    const ranges = rangesOf([1, 3], [5, 6]);
    assert(ranges.add({ first, last }));
    assertEquals(pairsOf(ranges), is.map(([from, to]) => [from, to]));
  });
}

Deno.test("NumberRanges.add() has room for as many runs as it was told, and says when it has not", () => {
  const ranges = new NumberRanges(2);
  assert(ranges.add({ first: 1, last: 1 }) && ranges.add({ first: 3, last: 3 }));
  assert(!ranges.add({ first: 9, last: 9 }));
  assert(ranges.add({ first: 2, last: 2 }), "what joins runs needs no room");
  assertEquals(pairsOf(ranges), [[1, 3]]);
});

Deno.test("NumberRanges.remove() takes out ends and middles, and says whether it was there", () => {
  const ranges = rangesOf([1, 5]);
  assertEquals([1, 3, 5, 3, 9].map((number) => ranges.remove(number)), [
    true,
    true,
    true,
    false,
    false,
  ]);
  assertEquals(pairsOf(ranges), [[2, 2], [4, 4]]);
});

Deno.test("NumberRanges.common() gives what two sets share from a number on", () => {
  const one = rangesOf([1, 10], [20, 30]);
  const other = rangesOf([5, 6], [8, 22], [30, 40]);
  assertEquals(one.common(other, 6), [
    { first: 6, last: 6 },
    { first: 8, last: 10 },
    { first: 20, last: 22 },
    { first: 30, last: 30 },
  ]);
});

Deno.test("NumberRanges agrees with a plain set", () => {
  const random = new SeededRandom(11);
  const [ranges, plain] = [new NumberRanges(), new Set<number>()];
  for (let turn = 0; turn < 3_000; turn++) {
    const first = random.below(100);
    const last = first + random.below(4);
    if (random.chance(0.6)) {
      assert(ranges.add({ first, last }));
      for (let number = first; number <= last; number++) plain.add(number);
    } else {
      assertEquals(ranges.remove(first), plain.delete(first));
    }
    const probe = random.below(100);
    assertEquals([ranges.has(probe), ranges.count], [plain.has(probe), plain.size]);
  }
});
