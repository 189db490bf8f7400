import { PROCESS_DIRECT } from "./process_direct_target.ts";
import { PROCESS_RELAY } from "./process_relay_target.ts";
import { anyProcessTarget, type ProcessTarget } from "./process_target.ts";

/** Everything that is fuzzed in a running process. */
export const PROCESS_TARGETS: readonly ProcessTarget[] = [
  anyProcessTarget(PROCESS_RELAY),
  anyProcessTarget(PROCESS_DIRECT),
];
