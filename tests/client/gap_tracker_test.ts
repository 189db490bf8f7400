import { assert, assertEquals } from "@std/assert";
import {
  ANSWERED_MESSAGES,
  FRAGMENT_PATIENCE_MS,
  GAP_DELAY_MS,
  GapTracker,
  MAX_NACKS,
  MAX_UNCONFIRMED_NACKS,
} from "../../src/client/gap_tracker.ts";
import { SeededRandom } from "../support/seeded_random.ts";

const ALL = { limit: 2n ** 64n, confirmed: 2n ** 64n, isCollecting: false };

function tracker(): GapTracker {
  return new GapTracker(() => 0.5);
}

function range(first: number, last = first) {
  return { first: BigInt(first), last: BigInt(last) };
}

Deno.test("GapTracker.close() gives what was missing, and cuts gaps", () => {
  const gaps = tracker();
  gaps.open(range(1, 10), 0);
  gaps.open(range(20, 30), 0);
  assertEquals(gaps.close(range(5), 0), [range(5)]);
  assertEquals(gaps.close(range(5), 0), []);
  assertEquals(gaps.close(range(9, 22), 0), [range(9, 10), range(20, 22)]);
  assertEquals(gaps.takeDue(ALL, 9, 1_000), [range(1, 4), range(6, 8), range(23, 30)]);
  assertEquals(gaps.close(range(0, 99), 0), [range(1, 4), range(6, 8), range(23, 30)]);
  assertEquals(gaps.size, 0);
  assertEquals(gaps.nextDeadlineMs(ALL), Infinity);
});

Deno.test("GapTracker.open() lets the last gap grow when the numbers follow it", () => {
  const gaps = tracker();
  for (let number = 1; number <= 1_000; number++) gaps.open(range(number), 0);
  assertEquals(gaps.size, 1);
  gaps.open(range(1_002), 0);
  assertEquals(gaps.size, 2);
});

Deno.test("GapTracker.has() knows the numbers within gaps alone", () => {
  const gaps = tracker();
  gaps.open(range(3, 5), 0);
  gaps.open(range(8), 0);
  const missing = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((number) => gaps.has(BigInt(number)));
  assertEquals(missing, [3, 4, 5, 8]);
});

Deno.test("GapTracker.takeDue() asks for each gap at its own time", () => {
  const gaps = tracker();
  gaps.open(range(1), 0);
  gaps.open(range(3), 30);
  assertEquals(gaps.takeDue(ALL, 9, GAP_DELAY_MS), [range(1)]);
  assertEquals(gaps.takeDue(ALL, 9, GAP_DELAY_MS + 30), [range(3)]);
  assertEquals(gaps.takeDue(ALL, 9, GAP_DELAY_MS + 100), [range(1)]);
  assertEquals(gaps.nextDeadlineMs(ALL), GAP_DELAY_MS + 130);
});

Deno.test("GapTracker.takeDue() asks for the rest at once when as much came as a relay answers", () => {
  const gaps = tracker();
  gaps.open(range(1, 1_000), 0);
  assertEquals(gaps.takeDue(ALL, 9, GAP_DELAY_MS), [range(1, 1_000)]);
  for (let number = 1; number < Number(ANSWERED_MESSAGES); number++) gaps.close(range(number), 100);
  assertEquals(gaps.takeDue(ALL, 9, 100), [], "one more is on its way");
  gaps.close({ first: ANSWERED_MESSAGES, last: ANSWERED_MESSAGES }, 101);
  assertEquals(gaps.takeDue(ALL, 9, 101), [range(257, 1_000)]);
  gaps.close(range(257), 102);
  assertEquals(gaps.nextDeadlineMs(ALL), 202, "they count anew");
});

Deno.test("GapTracker.takeDue() asks no further than the limit, and gives no more ranges than asked", () => {
  const gaps = tracker();
  for (const first of [1, 11, 21, 31]) gaps.open(range(first, first + 5), 0);
  assertEquals(gaps.takeDue({ ...ALL, limit: 22n }, 2, 50), [range(1, 6), range(11, 16)]);
  assertEquals(gaps.nextDeadlineMs({ ...ALL, limit: 22n }), 50);
  assertEquals(gaps.takeDue({ ...ALL, limit: 22n }, 2, 50), [range(21, 22)]);
  assertEquals(gaps.nextDeadlineMs({ ...ALL, limit: 0n }), Infinity);
});

Deno.test("GapTracker.takeDue() has patience while fragments come, and not for ever", () => {
  const gaps = tracker();
  const collecting = { ...ALL, isCollecting: true };
  gaps.open(range(1), 0);
  assertEquals(gaps.takeDue(collecting, 9, FRAGMENT_PATIENCE_MS - 1), []);
  assertEquals(gaps.nextDeadlineMs(collecting), FRAGMENT_PATIENCE_MS);
  assertEquals(gaps.takeDue(collecting, 9, FRAGMENT_PATIENCE_MS), [range(1)]);
});

Deno.test("GapTracker leaves what was passed over its time, and gives what follows a new one", () => {
  const gaps = tracker();
  gaps.open(range(1, 9), 0);
  gaps.takeDue(ALL, 9, 50);
  gaps.close(range(5), 120);
  assertEquals(gaps.takeDue(ALL, 9, 150), [range(1, 4)]);
  assertEquals(gaps.takeDue(ALL, 9, 220), [range(6, 9)]);
});

Deno.test("GapTracker spreads its delays by a quarter either way", () => {
  for (const [random, delayMs] of [[0, 75], [1, 125]] as const) {
    const gaps = new GapTracker(() => random);
    gaps.open(range(1), 0);
    gaps.takeDue(ALL, 9, 50);
    assertEquals(gaps.nextDeadlineMs(ALL), 50 + delayMs);
  }
});

Deno.test("GapTracker.takeGivenUp(99n, ) gives a gap that was asked for 60 times in vain", () => {
  const gaps = tracker();
  gaps.open(range(1, 9), 0);
  gaps.open(range(20), 0);
  for (let nack = 1; nack < MAX_NACKS; nack++) gaps.takeDue(ALL, 9, 10_000 * nack);
  gaps.close(range(3), 600_000);
  assertEquals(gaps.takeGivenUp(99n, 600_000), []);
  gaps.takeDue(ALL, 9, 600_000);
  assertEquals(gaps.takeGivenUp(99n, 600_999), []);
  assertEquals(gaps.takeGivenUp(99n, 601_000), [range(1, 2), range(20)]);
  assertEquals(gaps.takeDue(ALL, 9, 601_000), [range(4, 9)]);
});

Deno.test("GapTracker asks 3 times for what is not confirmed, and again once it is", () => {
  const gaps = tracker();
  const doubtful = { ...ALL, confirmed: 4n };
  gaps.open(range(1, 9), 0);
  for (let nack = 1; nack <= MAX_UNCONFIRMED_NACKS; nack++) {
    assertEquals(gaps.takeDue(doubtful, 9, 10_000 * nack), [range(1, 9)]);
  }
  assertEquals(gaps.takeDue(doubtful, 9, 50_000), [range(1, 4)]);
  gaps.close(range(1, 4), 50_000);
  assertEquals([gaps.takeDue(doubtful, 9, 60_000), gaps.nextDeadlineMs(doubtful)], [[], Infinity]);
  assertEquals(gaps.takeDue({ ...ALL, confirmed: 7n }, 9, 60_000), [range(5, 7)]);
});

Deno.test("GapTracker.takeGivenUp() gives up nothing that is not confirmed", () => {
  const gaps = tracker();
  gaps.open(range(1, 9), 0);
  for (let nack = 1; nack <= MAX_NACKS; nack++) gaps.takeDue(ALL, 9, 10_000 * nack);
  assertEquals(gaps.takeGivenUp(0n, 700_000), []);
  assertEquals(gaps.takeGivenUp(4n, 700_000), [range(1, 4)]);
  assertEquals([gaps.has(5n), gaps.has(9n)], [true, true]);
});

Deno.test("GapTracker agrees with a set of numbers", () => {
  const random = new SeededRandom(1);
  for (let round = 0; round < 50; round++) {
    const gaps = tracker();
    const model = new Set<number>();
    let highest = 0;
    for (let step = 0; step < 100; step++) {
      const first = random.below(highest + 1);
      const last = first + random.below(8);
      if (random.chance(0.4)) {
        const from = highest + 1 + random.below(3);
        highest = from + random.below(6);
        gaps.open(range(from, highest), step);
        for (let number = from; number <= highest; number++) model.add(number);
      } else {
        const expected = [...model].filter((number) => number >= first && number <= last);
        const closed = gaps.close(range(first, last), step);
        const numbers = closed.flatMap(({ first, last }) =>
          Array.from({ length: Number(last - first) + 1 }, (_, index) => Number(first) + index)
        );
        assertEquals(numbers, expected);
        for (const number of expected) model.delete(number);
      }
    }
    for (let number = 0; number <= highest + 1; number++) {
      assert(gaps.has(BigInt(number)) === model.has(number), `${number} in round ${round}`);
    }
  }
});
