import type { RelayClientEvent } from "../client/relay_client_event.ts";
import { escapeUnprintable } from "../observe/printable_text.ts";
import { shutdownDetail } from "../session/shutdown_reason.ts";
import { formatEndpoint } from "../session/endpoint.ts";

/**
 * Says in a line what a client's user should know besides the messages.
 *
 * @param event An event of the client.
 * @returns A line for standard error, or `undefined` for what is no such news.
 */
export function clientNote(event: RelayClientEvent): string | undefined {
  switch (event.type) {
    case "registered":
      return event.isReconnect ? `back at relay ${formatEndpoint(event.relay)}` : undefined;
    case "reconnecting":
      return lostNote(event);
    case "trust":
      return trustNote(event);
    case "gap":
      return gapNote(event);
    case "new_series":
      return "the relay counts afresh: messages sent since the last one may be missing";
    case "not_acknowledged":
      return "the relay did not acknowledge a message: the others may not have it";
    case "no_replay":
      return "this relay keeps no past: only what is said from now on will come";
    case "unreliable":
      return "this relay does not deliver reliably: messages can be lost";
    case "group_unavailable":
      return `messages come one by one, not by group delivery: ${escapeUnprintable(event.reason)}`;
    case "overflow":
      return `${event.dropped} events were dropped: they came faster than they were printed`;
    case "message":
    case "joined":
    case "left":
    case "notice":
      return undefined;
    default:
      return event satisfies never;
  }
}

/**
 * Says in a line that messages of others are lost for good.
 *
 * @param gap The relay sequences of the first and the last of them.
 */
export function gapNote(
  { first, last }: { readonly first: bigint; readonly last: bigint },
): string {
  return first === last
    ? `message ${first} is lost: the relay no longer holds it`
    : `${last - first + 1n} messages are lost, ${first} to ${last}: the relay no longer holds them`;
}

function lostNote(
  { cause, reason, relay, next }: Extract<RelayClientEvent, { type: "reconnecting" }>,
): string {
  // The rest of what the relay says at a shutdown is in this note already.
  const own = shutdownDetail(reason) ?? reason;
  const words = own === "" ? "" : ` (${escapeUnprintable(own)})`;
  if (next !== undefined) {
    const what = cause === "shutdown" ? `has shut down${words}` : `is silent${words}`;
    return `relay ${formatEndpoint(relay)} ${what}, trying ${formatEndpoint(next)}`;
  }
  return cause === "shutdown"
    ? `the relay has shut down${words}, reconnecting...`
    : `the relay no longer answers${words}, reconnecting...`;
}

function trustNote(event: Extract<RelayClientEvent, { type: "trust" }>): string {
  const { news, relay, fingerprint, unsavedBecause } = event;
  if (news === "no_identity") return `relay ${relay} proves no identity: anyone could pose as it`;
  const unsaved = unsavedBecause === undefined ? "" : ` (not remembered: ${unsavedBecause})`;
  return escapeUnprintable(`trusting relay ${relay} on first use: ${fingerprint ?? ""}${unsaved}`);
}
