import type { FuzzTarget } from "./fuzz_target.ts";
import { type SessionInput, sessionInputs } from "./relay_session_steps.ts";
import { SessionStage } from "./relay_session_stage.ts";

/** The relay's core, given what hostile clients with sessions of their own say. */
export const RELAY_SESSION_TARGET: FuzzTarget<SessionInput> = {
  name: "relay-session",
  about: "the relay core: sessions with real keys, spoilt at one layer at a time",
  inputs: sessionInputs,
  weight: 2,
  check({ seed, options, steps }) {
    const stage = new SessionStage(seed, options);
    for (const step of steps) stage.happen(step);
    stage.finish();
  },
};
