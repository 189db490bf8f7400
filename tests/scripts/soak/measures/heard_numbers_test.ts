import { assertEquals } from "@std/assert";
import { HeardNumbers } from "../../../../scripts/soak/measures/heard_numbers.ts";
import { NumberRanges } from "../../../../scripts/soak/measures/number_ranges.ts";

function numbers(first: number, last: number): NumberRanges {
  const ranges = new NumberRanges();
  ranges.add({ first, last });
  return ranges;
}

const heardAs = [
  { name: "numbers in order", floor: 0, take: [1, 2, 3], as: ["new", "new", "new"] },
  { name: "a copy", floor: 0, take: [1, 1], as: ["new", "double"] },
  { name: "what was skipped, once", floor: 0, take: [3, 1, 1], as: ["new", "late", "double"] },
  {
    name: "what came before the first, once",
    floor: 9,
    take: [7, 5, 5, 6, 6, 7],
    as: [
      "new",
      "late",
      "double",
      "late",
      "double",
      "double",
    ],
  },
  {
    name: "what need not come, behind what must",
    floor: 2,
    take: [4, 1, 3, 2, 1],
    as: [
      "new",
      "late",
      "late",
      "late",
      "double",
    ],
  },
] as const;

for (const { name, floor, take, as } of heardAs) {
  Deno.test(`HeardNumbers.take() knows ${name}`, () => {
    const heard = new HeardNumbers(floor);
    assertEquals(take.map((number) => heard.take(number)), [...as]);
  });
}

Deno.test("HeardNumbers.missing() names what was skipped and what has not come, above the floor", () => {
  const heard = new HeardNumbers(2);
  assertEquals(heard.missing(numbers(1, 4)), [{ first: 3, last: 4 }]);
  heard.take(5);
  heard.take(8);
  assertEquals(heard.missing(numbers(1, 10)), [
    { first: 3, last: 4 },
    { first: 6, last: 7 },
    { first: 9, last: 10 },
  ]);
  assertEquals(heard.missing(numbers(7, 8)), [{ first: 7, last: 7 }]);
  assertEquals(heard.skipped(), [{ first: 3, last: 4 }, { first: 6, last: 7 }]);
});

Deno.test("HeardNumbers.excuse() asks no more for numbers, and still knows copies of them", () => {
  const heard = new HeardNumbers(0);
  heard.take(3);
  heard.excuse(6);
  assertEquals(heard.missing(numbers(1, 7)), [{ first: 7, last: 7 }]);
  assertEquals([heard.take(1), heard.take(1), heard.take(3)], ["late", "double", "double"]);
});

Deno.test("HeardNumbers counts what it has no room for", () => {
  const heard = new HeardNumbers(0);
  for (let number = 2; number <= 20_002; number += 2) heard.take(number);
  assertEquals(heard.untracked, 1);
});
