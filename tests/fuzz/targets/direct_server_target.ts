import { DirectSessionStage } from "./direct_session_stage.ts";
import { type DirectStep, directSteps } from "./direct_session_steps.ts";
import type { FuzzTarget } from "./fuzz_target.ts";

/** A direct server and people who talk to it: whatever they send, only what was said is handed over. */
export const DIRECT_SERVER: FuzzTarget<readonly DirectStep[]> = {
  name: "direct-server",
  about: "direct sessions of all forms, changed at each layer, replayed, lost and reordered",
  inputs: directSteps,
  weight: 2,
  budgetInputs: 60,
  check: (steps) => {
    const stage = new DirectSessionStage();
    for (const step of steps) {
      stage.happen(step);
      stage.assertSound();
    }
    stage.finish();
  },
};
