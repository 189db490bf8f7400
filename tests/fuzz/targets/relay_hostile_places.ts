import { assert } from "@std/assert";
import type { Endpoint } from "../../../src/session/endpoint.ts";

/** Two ports of each of three machines. */
const PLACES: readonly Endpoint[] = ["192.0.2.1", "192.0.2.2", "2001:db8::3"].flatMap((hostname) =>
  [6_001, 6_002].map((port) => ({ hostname, port }))
);

/** How many addresses hostile clients have. */
export const HOSTILE_PLACES = PLACES.length;

/** One of the addresses where hostile clients are, and go; counted round. */
export function hostileAt(place: number): Endpoint {
  const endpoint = PLACES[place % PLACES.length];
  assert(endpoint !== undefined);
  return endpoint;
}
