import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { fuzzTurn, INPUTS_PER_SEED } from "../../../scripts/fuzz/fuzz_turn.ts";
import { anyTarget, type FuzzTarget } from "../../fuzz/targets/fuzz_target.ts";

/** A target that notes what it is given, and fails when it is told to. */
function numbersTarget(fails: (value: number) => boolean): { target: FuzzTarget; given: number[] } {
  const given: number[] = [];
  const target = anyTarget<number>({
    name: "numbers",
    about: "numbers",
    inputs: fc.nat({ max: 10_000 }),
    check: (value) => {
      given.push(value);
      if (fails(value)) throw new RangeError(`${value} is too much`);
    },
  });
  return { target, given };
}

/** A clock that goes on by a second each time it is looked at. */
function hastyClock(): () => number {
  let nowMs = 0;
  return () => nowMs += 1_000;
}

Deno.test("fuzzTurn() tries seed after seed until its time is up", async () => {
  const { target, given } = numbersTarget(() => false);
  const result = await fuzzTurn(target, { seed: 7, forMs: 3_000, nowMs: hastyClock() });
  assertEquals(result, { inputs: 3 * INPUTS_PER_SEED, nextSeed: 10, failure: undefined });
  assertEquals(given.length, result.inputs);
});

Deno.test("fuzzTurn() tries the same inputs under the same seed, and others under another", async () => {
  const [first, again, other] = [0, 1, 2].map(() => numbersTarget(() => false));
  assert(first !== undefined && again !== undefined && other !== undefined);
  await fuzzTurn(first.target, { seed: 7, forMs: 0 });
  await fuzzTurn(again.target, { seed: 7, forMs: 0 });
  await fuzzTurn(other.target, { seed: 8, forMs: 0 });
  assertEquals(again.given, first.given);
  assert(other.given.join() !== first.given.join());
});

Deno.test("fuzzTurn() makes an input that fails as small as it can be", async () => {
  const { target } = numbersTarget((value) => value >= 700);
  const { failure, nextSeed } = await fuzzTurn(target, { seed: 1, forMs: 60_000 });
  assertEquals(failure?.input, "700\n");
  assertStringIncludes(failure?.error ?? "", "RangeError: 700 is too much");
  assertEquals(nextSeed, (failure?.seed ?? NaN) + 1);
});

Deno.test("fuzzTurn() keeps an input that fails but once as it was found", async () => {
  let hasFailed = false;
  const { target } = numbersTarget((value) => {
    const fails = value >= 700 && !hasFailed;
    hasFailed ||= fails;
    return fails;
  });
  const { failure } = await fuzzTurn(target, { seed: 1, forMs: 60_000 });
  assert(Number(failure?.input) >= 700);
});

Deno.test("fuzzTurn() tells every input before it is tried", async () => {
  const { target, given } = numbersTarget(() => false);
  const told: unknown[] = [];
  const onInput = (input: unknown) => {
    assertEquals(given.length, told.length);
    told.push(input);
  };
  await fuzzTurn(target, { seed: 1, forMs: 0, onInput });
  assertEquals(told, given);
});

Deno.test("fuzzTurn() takes a permission that is missing for no fault of an input", async () => {
  const { target } = numbersTarget(() => {
    throw new Deno.errors.NotCapable("Requires net access");
  });
  await assertRejects(() => fuzzTurn(target, { seed: 1, forMs: 0 }), Deno.errors.NotCapable);
});
