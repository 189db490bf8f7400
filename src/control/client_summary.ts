import type { ClientSummary } from "../session/client_summary.ts";
import { quoteArgument } from "./command_line.ts";
import type { JsonObject } from "./json_value.ts";

/**
 * Writes a client on one line, as `list_clients` shows it.
 *
 * @param client The client.
 * @returns Its id, quoted so that it can be pasted into a command, its address, and `name=value`s.
 */
export function clientLine(client: ClientSummary): string {
  const values = Object.entries(namedValues(client)).map(([name, value]) =>
    `${name}=${quoteArgument(String(value))}`
  );
  return `${quoteArgument(client.id)} ${client.address} ${values.join(" ")}`;
}

/**
 * Writes a client as `get_client` shows it.
 *
 * @param client The client.
 * @returns Lines of the form `name value`.
 */
export function clientDetails(client: ClientSummary): string[] {
  return Object.entries(clientJson(client)).map(([name, value]) => `${name} ${value}`);
}

/**
 * Writes a client for a program.
 *
 * @param client The client.
 * @returns `data` of the reply to `get_client`, and an element of that to `list_clients`.
 */
export function clientJson(client: ClientSummary): JsonObject {
  return { id: client.id, address: client.address, ...namedValues(client) };
}

function namedValues(client: ClientSummary): JsonObject {
  return {
    ...(client.session !== undefined && { session: client.session }),
    ...(client.key !== undefined && { key: client.key }),
    ...(client.token !== undefined && { token: client.token }),
    since: new Date(client.sinceUnixMs).toISOString(),
    ...client.relay === undefined ? traffic(client) : { relay: client.relay },
  };
}

function traffic(client: ClientSummary): JsonObject {
  return {
    idle_ms: Math.round(client.idleMs),
    messages_in: client.messagesIn,
    messages_out: client.messagesOut,
    bytes_in: client.bytesIn,
    bytes_out: client.bytesOut,
  };
}
