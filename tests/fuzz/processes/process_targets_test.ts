import fc from "fast-check";
import { encodeInput } from "../targets/fuzz_input.ts";
import { PROCESS_TARGETS } from "./process_targets.ts";

/** Another one can be tried from outside; `deno task fuzz --process` tries many. */
const SEED = Number(Deno.env.get("HUSHCAST_TEST_SEED") ?? 20_261_122);

for (const { name, inputs, budgetInputs = 100, open } of PROCESS_TARGETS) {
  Deno.test(`${name} goes on serving, and ends well, whatever strangers do`, async () => {
    await using trial = await open();
    for (const input of fc.sample(inputs, { seed: SEED, numRuns: budgetInputs })) {
      try {
        await trial.check(input);
      } catch (cause) {
        throw new Error(`Failed by this input:\n${encodeInput(input)}`, { cause });
      }
    }
    await trial.finish();
  });
}
