import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { ReplayMemory } from "../../src/session/replay_memory.ts";

const START = 1_700_000_000;
const MAX_SKEW_SECONDS = 60;

/** A token that comes, and how the wall clock moves before. */
interface Arrival {
  readonly waitSeconds: number;
  /** Timestamp of the token, from the present second on. */
  readonly offsetSeconds: number;
  readonly hmac: number;
}

const arrivals = (maxAgeSeconds: number) =>
  fc.array(
    fc.record({
      // The clock may also be set back: that, too, must let no copy through.
      waitSeconds: fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(0, 0, 0, 1) },
        { weight: 1, arbitrary: fc.integer({ min: -10, max: 2 * maxAgeSeconds }) },
      ),
      offsetSeconds: fc.oneof(
        fc.integer({ min: -3, max: 3 }),
        fc.integer({ min: -maxAgeSeconds, max: MAX_SKEW_SECONDS }),
      ),
      hmac: fc.nat(3),
    }),
    { maxLength: 300, size: "max" },
  );

Deno.test("ReplayMemory takes no fresh token twice, and stays within its bound", () => {
  const maxAgeSeconds = fc.constantFrom(1, 5, 60);
  const input = maxAgeSeconds.chain((age) =>
    fc.tuple(fc.constant(age), fc.constantFrom(1, 2, 8, 20), arrivals(age))
  );
  const property = fc.property(input, ([maxAgeSeconds, maxTokens, arrivals]) => {
    const memory = new ReplayMemory({ maxAgeSeconds, maxTokens });
    const taken = new Set<string>();
    for (const { timestamp, hmac, nowSeconds } of freshTokens(arrivals)) {
      const isTaken = memory.accept(timestamp, hmacOf(hmac), nowSeconds);
      const token = `${timestamp}/${hmac}`;
      assert(!(isTaken && taken.has(token)), `taken twice: ${token}`);
      if (isTaken) taken.add(token);
      assert(memory.size <= maxTokens, `remembers ${memory.size} tokens`);
    }
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("ReplayMemory agrees with a set of all fresh ones while it is below its bound", () => {
  const property = fc.property(fc.constantFrom(0, 60), arrivals(60), (maxAgeSeconds, arrivals) => {
    const memory = new ReplayMemory({ maxAgeSeconds, maxTokens: 300 });
    const taken = new Map<string, number>();
    const forward = arrivals.map((each) => ({ ...each, waitSeconds: Math.abs(each.waitSeconds) }));
    for (const { timestamp, hmac, nowSeconds } of freshTokens(forward)) {
      const token = `${timestamp}/${hmac}`;
      // As the gate before it: what is stale never gets here.
      if (maxAgeSeconds > 0 && timestamp < nowSeconds - maxAgeSeconds) continue;
      const isTaken = memory.accept(timestamp, hmacOf(hmac), nowSeconds);
      assertEquals(isTaken, !taken.has(token), token);
      taken.set(token, timestamp);
      const isKept = (each: number) => maxAgeSeconds === 0 || each >= nowSeconds - maxAgeSeconds;
      if (isTaken) assertEquals(memory.size, [...taken.values()].filter(isKept).length);
    }
  });
  fc.assert(property, { numRuns: 100 });
});

Deno.test("ReplayMemory with freshness off stays within its bound, whatever the timestamps", () => {
  const timestamps = fc.array(fc.nat(2 ** 31 - 1), { maxLength: 500, size: "max" });
  const property = fc.property(timestamps, fc.constantFrom(1, 7, 64), (timestamps, maxTokens) => {
    const memory = new ReplayMemory({ maxAgeSeconds: 0, maxTokens });
    timestamps.forEach((timestamp, index) => {
      memory.accept(timestamp, hmacOf(index), START);
      assert(memory.size <= maxTokens);
    });
  });
  fc.assert(property, { numRuns: 50 });
});

function* freshTokens(arrivals: readonly Arrival[]) {
  let nowSeconds = START;
  for (const { waitSeconds, offsetSeconds, hmac } of arrivals) {
    nowSeconds += waitSeconds;
    yield { timestamp: nowSeconds + offsetSeconds, hmac, nowSeconds };
  }
}

function hmacOf(number: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (number >> (8 * (index & 3))) & 0xff);
}
