import type { RelayClient } from "../../src/client/relay_client.ts";
import type { RelayClientEvent } from "../../src/client/relay_client_event.ts";

/** Reads a client's events until one of a type comes; those before it are passed over. */
export async function nextEvent<T extends RelayClientEvent["type"]>(
  client: RelayClient,
  type: T,
): Promise<Extract<RelayClientEvent, { type: T }>> {
  for await (const event of client.events()) {
    if (isOfType(event, type)) return event;
  }
  throw new Error(`The client ended without ${type}`);
}

function isOfType<T extends RelayClientEvent["type"]>(
  event: RelayClientEvent,
  type: T,
): event is Extract<RelayClientEvent, { type: T }> {
  return event.type === type;
}
