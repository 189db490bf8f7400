import { concat } from "@std/bytes";
import type { IncomingMessage } from "node:http";
import { formatEndpoint } from "../session/endpoint.ts";
import { type HttpHeaders, type HttpRequest, MAX_BODY_BYTES } from "./http_request.ts";

/** How much of a body past its bound is read all the same, so that its sender hears why it failed. */
const MAX_READ_BYTES = 1 << 20;

/**
 * Reads a request to its end.
 *
 * @param message The request.
 * @returns The request, of which not more than the bound is kept; `undefined` when its sender went
 *   away before the end.
 */
export async function readRequest(message: IncomingMessage): Promise<HttpRequest | undefined> {
  const { method = "", url = "", rawHeaders, socket } = message;
  // Gone once the socket is closed, so they are read first.
  const { remoteAddress: hostname = "", remotePort: port = 0 } = socket;
  const body = await readBody(message);
  if (body === undefined) return undefined;
  return {
    method,
    target: url,
    headers: headersOf(rawHeaders),
    body,
    address: hostname,
    peer: formatEndpoint({ hostname, port }),
  };
}

function readBody(message: IncomingMessage): Promise<HttpRequest["body"] | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  return new Promise((resolve) => {
    message.on("data", (chunk: Uint8Array) => {
      bytes += chunk.byteLength;
      if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
      if (bytes > MAX_READ_BYTES) resolve("too_large");
    });
    message.on("end", () => resolve(bytes > MAX_BODY_BYTES ? "too_large" : concat(chunks)));
    message.on("error", () => resolve(undefined));
    message.on("close", () => resolve(undefined));
  });
}

function headersOf(rawHeaders: readonly string[]): HttpHeaders {
  const headers = new Map<string, string[]>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(rawHeaders[at + 1] ?? "");
    headers.set(name, values);
  }
  return headers;
}
