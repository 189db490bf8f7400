import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { SoakRandom } from "../../../../scripts/soak/fleet/soak_random.ts";

const some = (random: SoakRandom) => Array.from({ length: 20 }, () => random.uint32());

Deno.test("SoakRandom gives the same numbers for the same seed, and others for another", () => {
  assertEquals(some(new SoakRandom(3)), some(new SoakRandom(3)));
  assertNotEquals(some(new SoakRandom(3)), some(new SoakRandom(4)));
});

for (const seed of [0, 0x9e3779b9, -1]) {
  Deno.test(`SoakRandom does not stand still with seed ${seed}`, () => {
    assertEquals(new Set(some(new SoakRandom(seed))).size, 20);
  });
}

Deno.test("SoakRandom keeps to its bounds", () => {
  const random = new SoakRandom(1);
  for (let time = 0; time < 1_000; time++) {
    const [whole, fraction] = [random.below(3), random.between(2, 2.5)];
    assert(whole >= 0 && whole < 3 && Number.isInteger(whole));
    assert(fraction >= 2 && fraction < 2.5);
  }
  assertEquals([random.chance(0), random.chance(1)], [false, true]);
  assertEquals(random.bytes(5).byteLength, 5);
});

Deno.test("SoakRandom.pick() gives any of the items, and nothing of none", () => {
  const random = new SoakRandom(1);
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(["a", "b", "c"])));
  assertEquals(picked.size, 3);
  assertEquals(random.pick([]), undefined);
});

Deno.test("SoakRandom.fork() goes on alone", () => {
  const [one, two] = [new SoakRandom(1), new SoakRandom(1)];
  const fork = one.fork();
  assertEquals(some(fork), some(two.fork()));
  assertEquals(some(one), some(two));
});
