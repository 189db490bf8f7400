import type { GroupAddress } from "../wire/group_key.ts";

/** How messages reach the clients that have group delivery (PROTOCOL 1.8). */
export type GroupDelivery =
  /** Nobody has it: every message is sealed for each recipient. */
  | { readonly mode: "off" }
  /** Sealed once, and the same bytes are sent to each of them. */
  | { readonly mode: "unicast" }
  /** Sealed once, and sent once, to a multicast group. */
  | { readonly mode: "multicast"; readonly address: GroupAddress };
