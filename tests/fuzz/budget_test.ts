import fc from "fast-check";
import { ALL_TARGETS } from "./targets/all_targets.ts";

/** The same inputs each time, unless told otherwise: what is new is for `deno task fuzz`. */
const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 1969);

/** Inputs of a target that does not say how many. */
const BUDGET_INPUTS = 100;

for (const target of ALL_TARGETS) {
  const { name, inputs, budgetInputs = BUDGET_INPUTS } = target;
  Deno.test(`The target ${name} holds for ${budgetInputs} inputs`, async () => {
    const property = fc.asyncProperty(inputs, async (input) => await target.check(input));
    await fc.assert(property, { seed: SEED, numRuns: budgetInputs });
  });
}
