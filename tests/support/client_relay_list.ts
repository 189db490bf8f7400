import { assertEquals } from "@std/assert";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import type { RelayTargets } from "../../src/client/relay_target.ts";
import type { Endpoint } from "../../src/session/endpoint.ts";
import type { RejectionCode } from "../../src/wire/registration_rejected.ts";
import { ClientWorld, type WorldClient } from "./client_world.ts";
import type { MiniRelay } from "./mini_relay.ts";

/** Address of the first relay that a client knows. */
export const ONE: Endpoint = { hostname: "10.0.1.1", port: 47_700 };

/** Address of the second one. */
export const TWO: Endpoint = { hostname: "10.0.1.2", port: 47_700 };

/** Address of a third one, which some clients do not know. */
export const THREE: Endpoint = { hostname: "10.0.1.3", port: 47_700 };

/** Two relays, a client that is registered with the first one, and where they live. */
export interface ListMeeting {
  readonly world: ClientWorld;
  readonly one: MiniRelay;
  readonly two: MiniRelay;
  readonly client: WorldClient;
}

/** Relays that a client is to try, in order. */
export function targetsAt(first: Endpoint, ...others: readonly Endpoint[]): RelayTargets {
  const targetAt = (endpoint: Endpoint) => ({ kind: "relay", endpoint }) as const;
  return [targetAt(first), ...others.map(targetAt)];
}

/** Lets a client that knows two relays register with the first one. */
export function meetFirstOfTwo(options: Partial<RelayClientCoreOptions> = {}): ListMeeting {
  const world = new ClientWorld();
  const one = world.relay({ at: ONE });
  const two = world.relay({ at: TWO, generation: 2 });
  const client = world.registered({ targets: targetsAt(ONE, TWO), ...options });
  assertEquals(one.sessions.size, 1, "the first relay comes first");
  return { world, one, two, client };
}

/** Has a relay refuse each registration from now on. */
export function rejectAll(relay: MiniRelay, code: RejectionCode): void {
  relay.rejectsWith = { code, text: "" };
}
