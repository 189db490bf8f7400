import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { SeededRandom } from "../../scripts/seeded_random.ts";

const some = (random: SeededRandom) => Array.from({ length: 20 }, () => random.uint32());

Deno.test("SeededRandom gives the same numbers for the same seed, and others for another", () => {
  assertEquals(some(new SeededRandom(3)), some(new SeededRandom(3)));
  assertNotEquals(some(new SeededRandom(3)), some(new SeededRandom(4)));
});

for (const seed of [0, 0x9e3779b9, -1]) {
  Deno.test(`SeededRandom does not stand still with seed ${seed}`, () => {
    assertEquals(new Set(some(new SeededRandom(seed))).size, 20);
  });
}

Deno.test("SeededRandom keeps to its bounds", () => {
  const random = new SeededRandom(1);
  for (let time = 0; time < 1_000; time++) {
    const [whole, fraction] = [random.below(3), random.between(2, 2.5)];
    assert(whole >= 0 && whole < 3 && Number.isInteger(whole));
    assert(fraction >= 2 && fraction < 2.5);
  }
  assertEquals([random.chance(0), random.chance(1)], [false, true]);
  assertEquals(random.bytes(5).byteLength, 5);
});

Deno.test("SeededRandom.pick() gives any of the items, and nothing of none", () => {
  const random = new SeededRandom(1);
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(["a", "b", "c"])));
  assertEquals(picked.size, 3);
  assertEquals(random.pick([]), undefined);
});

Deno.test("SeededRandom.fork() goes on alone", () => {
  const [one, two] = [new SeededRandom(1), new SeededRandom(1)];
  const fork = one.fork();
  assertEquals(some(fork), some(two.fork()));
  assertEquals(some(one), some(two));
});

Deno.test("SeededRandom.fork() is no later part of what it came from, nor of another fork", () => {
  const random = new SeededRandom(7);
  const sources = [random.fork(), random.fork(), random];
  const numbers = sources.flatMap((source) => Array.from({ length: 500 }, () => source.uint32()));
  // Of 1,500 numbers that depend on nothing, two are the same in one of 4,000 cases.
  assertEquals(new Set(numbers).size, 1_500);
});

Deno.test("SeededRandom has forks of which each meets what is rare about as often", () => {
  const random = new SeededRandom(23);
  const forks = Array.from({ length: 100 }, () => random.fork());
  const rare = forks.map((fork) => {
    return Array.from({ length: 400 }, () => fork.chance(0.0125)).filter(Boolean).length;
  });
  const all = rare.reduce((sum, count) => sum + count, 0);
  // Five times the standard deviation of 40,000 chances, 22.
  assert(all > 390 && all < 610, `${all}`);
  assert(new Set(rare).size > 5, `${rare}`);
});

Deno.test("SeededRandom.draw() gives each name by its share, and nothing of nothing", () => {
  const random = new SeededRandom(1);
  const shares = [["often", 9], ["rarely", 1], ["never", 0]] as const;
  const drawn = Array.from({ length: 1_000 }, () => random.draw(shares));
  const often = drawn.filter((name) => name === "often").length;
  assert(often > 850 && often < 950, `${often}`);
  assertEquals([...new Set(drawn)].toSorted(), ["often", "rarely"]);
  assertEquals(random.draw([]), undefined);
});
