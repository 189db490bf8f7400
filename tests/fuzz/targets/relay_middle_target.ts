import type { FuzzTarget } from "./fuzz_target.ts";
import { MiddleStage } from "./relay_middle_stage.ts";
import { type MiddleInput, middleInputs } from "./relay_middle_steps.ts";

/**
 * The client's and the relay's core, talking with each other, with someone in the middle who loses,
 * repeats and delays what two of four clients say and hear, and spoils it at one layer, or forges it.
 */
export const RELAY_MIDDLE_TARGET: FuzzTarget<MiddleInput> = {
  name: "relay-middle",
  about:
    "client and relay cores: someone in the middle who spoils and forges, with keys or without",
  inputs: middleInputs,
  weight: 2,
  check(input) {
    const stage = new MiddleStage(input);
    for (const step of input.steps) stage.happen(step);
    stage.finish();
  },
};
