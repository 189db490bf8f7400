import type { DirectMessage } from "../direct/direct_effects.ts";
import { escapeUnprintable, stringifyPrintable } from "../observe/printable_text.ts";
import type { ServerClientEvent } from "./control_event_of.ts";
import { messageContent } from "./message_content.ts";
import { printableMessage } from "./printable_message.ts";

/**
 * Writes a message as `hushcast direct` prints it.
 *
 * @param message What a client sent.
 * @returns Sender, tab and text on one line, without its end.
 */
export function directMessageText({ sender, payload }: DirectMessage): string {
  return `${escapeUnprintable(sender)}\t${printableMessage(payload)}`;
}

/**
 * Writes a message as `hushcast direct --json` prints it.
 *
 * @param message What a client sent.
 * @returns A JSON object on one line, without its end; `signed_by` only of a checked signature.
 */
export function directMessageJson({ sender, payload, signedBy, form }: DirectMessage): string {
  const content = messageContent(payload);
  return stringifyPrintable({ type: "message", sender, ...content, signed_by: signedBy, form });
}

/**
 * Writes what happened to a client as `hushcast direct --json` prints it.
 *
 * @param event That its key became known, or is so no longer.
 * @returns A JSON object on one line, without its end.
 */
export function directEventJson(event: ServerClientEvent): string {
  const { id, key } = event.client;
  const reason = event.event === "left" ? event.reason : undefined;
  return stringifyPrintable({ type: event.event, id, key, reason });
}

/**
 * Writes that what happened to clients was left out, since nobody read it in time.
 *
 * @param dropped How many lines.
 * @returns A JSON object on one line, without its end.
 */
export function directGapJson(dropped: number): string {
  return stringifyPrintable({ type: "gap", dropped });
}
