import type { ClusterLoad } from "./cluster_cases.ts";

/**
 * Says which client is at which relay.
 *
 * @param role What the clients do.
 * @param count How many.
 * @param relays How many relays there are, at least one.
 * @param placement How they are spread.
 * @returns The index of each one's relay.
 */
export function placesOf(
  role: "sender" | "receiver",
  count: number,
  relays: number,
  placement: ClusterLoad["placement"],
): number[] {
  const apart = role === "sender" ? 0 : relays - 1;
  return Array.from(
    { length: count },
    (_, index) => placement === "apart" ? apart : index % relays,
  );
}
