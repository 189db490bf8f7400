import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { SECURITY_HEADERS } from "./security_headers.ts";

/**
 * Answers bytes that are no request, too long a head, or a request that does not end, and closes
 * the connection.
 *
 * @param socket The connection, on which no reply is under way.
 * @param code The error's code, as the platform has it.
 */
export function refuseConnection(socket: Duplex, code: string): void {
  const status = statusOf(code);
  // What is no HTTP at all, such as a failed TLS handshake, gets no answer.
  if (status === undefined || !socket.writable) return void socket.destroy();
  const head = Object.entries({ ...SECURITY_HEADERS, Connection: "close", "Content-Length": "0" })
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join("")}\r\n`;
  socket.end(text, () => socket.destroy());
}

function statusOf(code: string): number | undefined {
  if (code === "HPE_HEADER_OVERFLOW") return 431;
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return 408;
  return code.startsWith("HPE_") ? 400 : undefined;
}
