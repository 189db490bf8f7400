import type { RelayClientEvent } from "../client/relay_client_event.ts";
import type { RelayedMessage } from "../client/sealed_content.ts";
import { stringifyPrintable } from "../observe/printable_text.ts";
import { messageContent } from "./message_content.ts";

/**
 * Writes an event as `listen --json` prints it: one JSON object on one line.
 *
 * @param event An event of the client.
 * @returns The line without its end, or `undefined` for what is told on standard error.
 */
export function eventJson(event: RelayClientEvent): string | undefined {
  switch (event.type) {
    case "message":
      return stringifyPrintable(messageJson(event));
    case "joined":
    case "left":
      return stringifyPrintable({ type: event.type, id: event.id });
    case "notice":
      return stringifyPrintable({ type: "notice", text: event.text });
    case "overflow":
      return stringifyPrintable({ type: "gap", dropped: event.dropped });
    case "gap":
      return stringifyPrintable(gapJson(event.first, event.last));
    case "new_series":
      return stringifyPrintable({ type: "gap", reason: "new_series" });
    case "no_replay":
    case "not_acknowledged":
    case "unreliable":
    case "group_unavailable":
    case "registered":
    case "reconnecting":
    case "trust":
      return undefined;
    default:
      return event satisfies never;
  }
}

function messageJson({ sender, payload, relaySequence }: RelayedMessage): object {
  const sequence = relaySequence === undefined ? undefined : Number(relaySequence);
  return { type: "message", sender, sequence, ...messageContent(payload) };
}

function gapJson(first: bigint, last: bigint): object {
  const count = Number(last - first) + 1;
  return { type: "gap", first: Number(first), last: Number(last), count };
}
