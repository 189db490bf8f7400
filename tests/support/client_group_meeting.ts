import { assertExists } from "@std/assert";
import type { RelayClientCoreOptions } from "../../src/client/relay_client_core_options.ts";
import { DEFAULT_TLV_TYPES } from "../../src/wire/tlv_types.ts";
import {
  ClientWorld,
  GROUP_DELIVERY,
  type WorldClient,
  type WorldRelayOptions,
} from "./client_world.ts";
import type { MiniRelay } from "./mini_relay.ts";
import type { MiniSession } from "./mini_session.ts";

/** A relay, a client of it that is a member of its group, and where they live. */
export interface GroupMeeting {
  readonly world: ClientWorld;
  readonly relay: MiniRelay;
  readonly client: WorldClient;
  readonly session: MiniSession;
}

/** How group messages come. */
export type GroupWay = "unicast" | "multicast";

/** Lets a client called ada become a member of a group whose messages come one way or the other. */
export function meetInGroup(
  way: GroupWay = "unicast",
  clientOptions: Partial<RelayClientCoreOptions> = {},
  relayOptions: WorldRelayOptions = {},
): GroupMeeting {
  const world = new ClientWorld();
  const relay = world.relay({ ...relayOptions, groupAddress: addressFor(way) });
  const client = world.registered({ name: "ada", groupDelivery: true, ...clientOptions });
  const [session] = relay.sessions.values();
  assertExists(session);
  return { world, relay, client, session };
}

/** What a relay's `groupAddress` is. */
function addressFor(way: GroupWay): typeof GROUP_DELIVERY | undefined {
  return way === "multicast" ? GROUP_DELIVERY : undefined;
}

/** How many KEEP_ALIVEs a relay got. */
export function keepAlivesAt(relay: MiniRelay): number {
  return relay.tokens.flat().filter(({ type }) => type === DEFAULT_TLV_TYPES.KEEP_ALIVE).length;
}
