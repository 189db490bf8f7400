import type { GroupDelivery } from "../../src/relay/group_delivery.ts";

import type { HarnessClient } from "./harness_client.ts";
import { type HarnessOptions, RelayHarness } from "./relay_harness.ts";

/** Group delivery by the same bytes to each member. */
export const BY_UNICAST: GroupDelivery = { mode: "unicast" };

/** Group delivery by multicast. */
export const BY_MULTICAST: GroupDelivery = {
  mode: "multicast",
  address: { hostname: "239.255.77.77", port: 5_000 },
};

/** Both ways, for tests of what must not depend on it. */
export const BOTH_WAYS = [BY_UNICAST, BY_MULTICAST] as const;

/** A relay with group delivery, by unicast unless the options say otherwise. */
export function groupRelay(options: HarnessOptions = {}): RelayHarness {
  return new RelayHarness({ groupDelivery: BY_UNICAST, ...options });
}

/** Members of the group of a relay, long enough there that the next change is due at once. */
export function settledMembers<const Names extends readonly string[]>(
  relay: RelayHarness,
  ...names: Names
): { [Index in keyof Names]: HarnessClient } {
  const members = names.map((name) => relay.joinGroup(name));
  relay.settle();
  relay.settle(...members);
  // Checked: one client was made for each name.
  return members as { [Index in keyof Names]: HarnessClient };
}
