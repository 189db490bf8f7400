import { assert, assertEquals } from "@std/assert";
import {
  addSeconds,
  hasSecond,
  MAX_SECOND_RANGES,
  NO_SECONDS,
  type SecondRange,
  type SecondRanges,
} from "../../src/session/second_ranges.ts";

const TWO: SecondRanges = [{ first: 10, last: 20 }, { first: 30, last: 40 }];

const added: { name: string; range: SecondRange; all: SecondRanges }[] = [
  { name: "keeps one that is apart", range: { first: 22, last: 28 }, all: withRange(1, 22, 28) },
  { name: "puts the lowest first", range: { first: 0, last: 8 }, all: withRange(0, 0, 8) },
  { name: "joins one that follows", range: { first: 21, last: 25 }, all: replaced(0, 10, 25) },
  { name: "joins one that comes before", range: { first: 25, last: 29 }, all: replaced(1, 25, 40) },
  { name: "joins one that overlaps", range: { first: 15, last: 22 }, all: replaced(0, 10, 22) },
  { name: "joins two", range: { first: 20, last: 29 }, all: [{ first: 10, last: 40 }] },
  { name: "takes others in", range: { first: 5, last: 50 }, all: [{ first: 5, last: 50 }] },
  { name: "knows what it has", range: { first: 12, last: 20 }, all: TWO },
  {
    name: "takes all before a time",
    range: { first: -Infinity, last: 15 },
    all: replaced(0, -Infinity, 20),
  },
];
for (const { name, range, all } of added) {
  Deno.test(`addSeconds() ${name}`, () => {
    assertEquals(addSeconds(TWO, range), all);
  });
}

Deno.test("addSeconds() gives back the same array when nothing is new", () => {
  assert(addSeconds(TWO, { first: 31, last: 39 }) === TWO);
});

Deno.test("addSeconds() joins the two closest ranges past the bound, and loses no second", () => {
  let ranges = NO_SECONDS;
  for (let index = 0; index < MAX_SECOND_RANGES; index++) {
    ranges = addSeconds(ranges, { first: index * 100, last: index * 100 });
  }
  assertEquals(ranges.length, MAX_SECOND_RANGES);
  ranges = addSeconds(ranges, { first: 450, last: 490 });
  assertEquals(ranges.length, MAX_SECOND_RANGES);
  assertEquals(ranges.filter(({ first, last }) => first !== last), [{ first: 450, last: 500 }]);
});

Deno.test("addSeconds() keeps to the bound also where the first range has no beginning", () => {
  let ranges = addSeconds(NO_SECONDS, { first: -Infinity, last: 0 });
  for (let index = 1; index <= MAX_SECOND_RANGES; index++) {
    ranges = addSeconds(ranges, { first: index * 100, last: index * 100 });
  }
  assertEquals([ranges.length, ranges[0]], [MAX_SECOND_RANGES, { first: -Infinity, last: 100 }]);
});

Deno.test("hasSecond() knows the ends of each range, and nothing beside them", () => {
  const seconds = [9, 10, 20, 21, 29, 30, 40, 41];
  const expected = [false, true, true, false, false, true, true, false];
  assertEquals(seconds.map((second) => hasSecond(TWO, second)), expected);
});

function withRange(at: number, first: number, last: number): SecondRanges {
  return TWO.toSpliced(at, 0, { first, last });
}

function replaced(at: number, first: number, last: number): SecondRanges {
  return TWO.toSpliced(at, 1, { first, last });
}
