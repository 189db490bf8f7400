import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import * as fc from "fast-check";
import { HOLD_MS } from "../../src/relay/intake_pool.ts";
import { MAX_HELD_BYTES, MAX_NUMBERS_AHEAD } from "../../src/relay/ordered_intake.ts";
import { IntakeFixture, numbersOf } from "../support/intake_fixture.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const count = fc.integer({ min: 1, max: 600 });
const seed = fc.nat(0xffffffff);

/** The numbers from 1 on, each moved by at most `spread` places. */
function disordered(length: number, spread: number, random: SeededRandom): bigint[] {
  const keyed = Array.from({ length }, (_, index) => ({
    sequence: BigInt(index + 1),
    key: index + random.below(spread),
  }));
  return keyed.sort((a, b) => a.key - b.key).map(({ sequence }) => sequence);
}

Deno.test("OrderedIntake gives every message once, and in order when none is far ahead", () => {
  const spread = fc.integer({ min: 1, max: MAX_NUMBERS_AHEAD });
  const property = fc.property(count, spread, seed, (count, spread, seed) => {
    const fixture = new IntakeFixture();
    const come = disordered(count, spread, new SeededRandom(seed));
    const on = come.flatMap((sequence) => fixture.take(sequence));
    assertEquals(on, come.toSorted((a, b) => a < b ? -1 : 1));
    assertEquals(fixture.pool.chargedBytes, 0);
  });
  fc.assert(property, { numRuns: 100 });
});

Deno.test("OrderedIntake gives every message once, whatever comes, and keeps its bounds", () => {
  const arrival = fc.record({
    sequence: fc.oneof(fc.bigInt({ min: 1n, max: 700n }), fc.bigInt({ min: 1n, max: 2n ** 64n })),
    bytes: fc.constantFrom(0, 1, 300, 100_000, 1_000_000),
    waitMs: fc.constantFrom(0, 0, 0, 10, HOLD_MS / 2),
    isBare: fc.boolean(),
  });
  const arrivals = fc.uniqueArray(arrival, {
    maxLength: 300,
    size: "max",
    selector: ({ sequence }) => sequence,
  });
  const property = fc.property(arrivals, (arrivals) => {
    const fixture = new IntakeFixture();
    const on: bigint[] = [];
    let nowMs = 0;
    for (const { sequence, bytes, waitMs, isBare } of arrivals) {
      nowMs += waitMs;
      on.push(
        ...isBare ? fixture.takeBare(sequence, nowMs) : fixture.take(sequence, { bytes, nowMs }),
      );
      for (let held = fixture.pool.overdue(nowMs); held; held = fixture.pool.overdue(nowMs)) {
        const passed = numbersOf(held.passGaps());
        assert(passed.every((it, index) => index === 0 || it > (passed[index - 1] ?? 0n)));
        on.push(...passed);
      }
      assertLessOrEqual(fixture.pool.chargedBytes, MAX_HELD_BYTES);
    }
    on.push(...numbersOf(fixture.intake.passGaps()));
    const sent = arrivals.filter(({ isBare }) => !isBare).map(({ sequence }) => sequence);
    assertEquals(new Set(on), new Set(sent));
    assertEquals(on.length, sent.length);
    assertEquals([fixture.pool.chargedBytes, fixture.pool.nextDeadlineMs()], [0, undefined]);
  });
  fc.assert(property, { numRuns: 100 });
});
