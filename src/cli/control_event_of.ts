import type { ControlEvent } from "../control/control_event.ts";
import type { ClientSummary } from "../session/client_summary.ts";

/** What any server tells of its clients. */
export type ServerClientEvent =
  | { readonly event: "joined"; readonly client: ClientSummary }
  | { readonly event: "left"; readonly client: ClientSummary; readonly reason: string };

/**
 * Turns what a server tells of a client into what its control port tells.
 *
 * @param event What happened.
 */
export function controlEventOf(event: ServerClientEvent): ControlEvent {
  const { id, address } = event.client;
  return event.event === "joined"
    ? { event: "joined", id, address }
    : { event: "left", id, address, reason: event.reason };
}
