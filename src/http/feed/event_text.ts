import type { FeedEvent } from "../../watch/feed_event.ts";

/** Begins a stream: after a loss, a browser waits so many milliseconds before it comes back. */
export const STREAM_HEAD: Uint8Array = encode("retry: 2000\n\n");

/**
 * Writes an event of `/events`.
 *
 * @param event The event.
 * @returns Its bytes, in a new array.
 * @see HTML standard, "Server-sent events"
 */
export function encodeEvent({ type, data }: FeedEvent): Uint8Array {
  return encodeEventJson(type, JSON.stringify(data));
}

/**
 * Writes an event of `/events` whose data are JSON already.
 *
 * @param type The event's type.
 * @param json Its data, on one line as `JSON.stringify` writes it.
 * @returns Its bytes, in a new array.
 */
export function encodeEventJson(type: FeedEvent["type"], json: string): Uint8Array {
  return encode(`event: ${type}\ndata: ${json}\n\n`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
