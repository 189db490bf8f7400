import { ClientWorld, type WorldClient, type WorldRelayOptions } from "./client_world.ts";
import type { MiniRelay } from "./mini_relay.ts";
import type { MiniSession } from "./mini_session.ts";

/** A relay, a client of it that asks for nothing special, and where they live. */
export interface PlainMeeting {
  readonly world: ClientWorld;
  readonly relay: MiniRelay;
  readonly client: WorldClient;
  readonly session: MiniSession;
}

/** Lets a client called ada register for plain delivery. */
export function meetPlainly(relayOptions: WorldRelayOptions = {}): PlainMeeting {
  const world = new ClientWorld();
  const relay = world.relay(relayOptions);
  const client = world.registered({ name: "ada" });
  return { world, relay, client, session: relay.session("ada") };
}
