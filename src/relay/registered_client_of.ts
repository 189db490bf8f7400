import type { RegisteredClient } from "../session/registered_client.ts";
import type { RelayEffect } from "./relay_effects.ts";

/**
 * What other relays of a cluster are told of a client.
 *
 * @param effect That it has registered.
 */
export function registeredClientOf(
  { client, name, instance }: Extract<RelayEffect, { type: "client_registered" }>,
): RegisteredClient {
  const { session: sessionId = "", id, address, sinceUnixMs, token } = client;
  return { sessionId, id, name, instance, address, sinceUnixMs, token };
}
