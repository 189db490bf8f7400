import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { REPLAY_WINDOW, ReplayWindow } from "../../src/session/replay_window.ts";

const W = BigInt(REPLAY_WINDOW);
const U64_MAX = 2n ** 64n - 1n;

/** The rule of PROTOCOL 1.5 in the plainest way: everything is remembered for ever. */
class ReplayWindowModel {
  readonly #taken = new Set<bigint>();
  highest = 0n;

  accept(sequence: bigint): boolean {
    const isBelow = sequence + W <= this.highest;
    if (sequence === 0n || isBelow || this.#taken.has(sequence)) return false;
    this.#taken.add(sequence);
    if (sequence > this.highest) this.highest = sequence;
    return true;
  }
}

/** A sequence number, given the highest so far: near it, at an edge of the window, or anywhere. */
type Choice = (highest: bigint) => bigint;

const small = fc.bigInt({ min: -40n, max: 40n });
const edges = fc.constantFrom(0n, -W, -W - 32n, -W + 32n, W, 8_160n, 8_192n, 16_320n, 32n);
const choice: fc.Arbitrary<Choice> = fc.oneof(
  { weight: 6, arbitrary: small.map((more) => (highest: bigint) => highest + more) },
  {
    weight: 6,
    arbitrary: fc.tuple(edges, small).map(([edge, more]) => (highest: bigint) =>
      highest + edge + more
    ),
  },
  {
    weight: 4,
    arbitrary: fc.bigInt({ min: 0n, max: W + 50n }).map((less) => (highest: bigint) =>
      highest - less
    ),
  },
  {
    weight: 1,
    arbitrary: fc.bigInt({ min: 0n, max: U64_MAX }).map((anywhere) => () => anywhere),
  },
);
const start = fc.oneof(
  fc.constantFrom(1n, 32n, W, 2n ** 32n, 2n ** 53n, 2n ** 63n, U64_MAX - 20_000n, U64_MAX),
  fc.bigInt({ min: 1n, max: U64_MAX }),
);

Deno.test("ReplayWindow agrees with a set of all that came, over the whole range of a u64", () => {
  const choices = fc.array(choice, { maxLength: 300, size: "max" });
  const property = fc.property(start, choices, (first, choices) => {
    const window = new ReplayWindow();
    const model = new ReplayWindowModel();
    for (const choose of [() => first, ...choices]) {
      const sequence = clamp(choose(model.highest));
      const expected = model.accept(sequence);
      assertEquals(window.accept(sequence), expected, `sequence ${sequence}`);
      assertEquals(window.highest, model.highest);
    }
  });
  fc.assert(property, { numRuns: 200 });
});

Deno.test("ReplayWindow takes nothing twice, whatever comes between", () => {
  const number = fc.bigInt({ min: 1n, max: 3n * W });
  const numbers = fc.array(number, { maxLength: 400, size: "max" });
  const property = fc.property(numbers, (numbers) => {
    const window = new ReplayWindow();
    const taken = [...numbers, ...numbers].filter((sequence) => window.accept(sequence));
    assertEquals(taken.length, new Set(taken).size);
  });
  fc.assert(property, { numRuns: 50 });
});

function clamp(sequence: bigint): bigint {
  if (sequence < 0n) return 0n;
  return sequence > U64_MAX ? U64_MAX : sequence;
}
