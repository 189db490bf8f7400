import { CLUSTER_SOAK } from "./cluster/cluster_soak.ts";
import { DIRECT_SOAK } from "./direct/direct_soak.ts";
import { RELAY_SOAK } from "./relay/relay_soak.ts";
import type { SoakTarget } from "./soak_target.ts";

/** All that can be soaked; the first is what is run unless another is named. */
export const SOAK_TARGETS: readonly [SoakTarget, ...SoakTarget[]] = [
  RELAY_SOAK,
  DIRECT_SOAK,
  CLUSTER_SOAK,
];
