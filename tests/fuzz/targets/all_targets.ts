import type { FuzzTarget } from "./fuzz_target.ts";
import { OTHER_TARGETS } from "./other_targets.ts";
import { RELAY_TARGETS } from "./relay_targets.ts";

/** Everything that is fuzzed within one process, without sockets. */
export const ALL_TARGETS: readonly FuzzTarget[] = [...RELAY_TARGETS, ...OTHER_TARGETS];
