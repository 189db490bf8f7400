import type { ServerResponse } from "node:http";
import { EventReader } from "./feed/event_reader.ts";
import type { HttpReply } from "./http_reply.ts";

/** What the writing of a reply goes by. */
export interface ReplyWriting {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Whether the connection is to be closed behind the reply. */
  readonly isLast: boolean;
}

/**
 * Begins to write a reply. What is not taken by the client waits in memory; who hears of the
 * response's `close` may forget the reply.
 *
 * @param response Where to.
 * @param reply The reply.
 * @param writing What it goes by.
 */
export function writeReply(
  response: ServerResponse,
  { status, headers, body }: HttpReply,
  { nowMs, isLast }: ReplyWriting,
): void {
  // A stream has its connection for itself.
  const isStream = body instanceof EventReader;
  const closing = isLast || isStream ? { Connection: "close" } : {};
  const length = isStream || status === 304 ? {} : { "Content-Length": lengthOf(body) };
  response.writeHead(status, { ...headers, ...closing, ...length });
  if (isStream) return writeEvents(response, body, nowMs);
  response.end(response.req.method === "HEAD" || status === 304 ? undefined : body);
}

/**
 * Gives a reply up, and with it its connection: a reply that waits for another one to be written can
 * end in no other way.
 *
 * @param response The reply.
 */
export function hangUp(response: ServerResponse): void {
  response.req.socket.destroy();
}

function writeEvents(response: ServerResponse, reader: EventReader, nowMs: () => number): void {
  response.flushHeaders();
  reader.attach(() => {
    const chunk = reader.take();
    if (chunk !== undefined) {
      response.write(chunk, (error) => {
        if (!error) reader.written(nowMs());
      });
    } else if (reader.isEnded && !response.writableEnded) {
      // Something waits still: the reader was cut off.
      if (reader.backlogBytes > 0) hangUp(response);
      else response.end();
    }
  });
}

function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? new TextEncoder().encode(body).byteLength : body.byteLength;
}
