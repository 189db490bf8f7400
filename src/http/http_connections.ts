import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ConnectionSources } from "./connection_sources.ts";
import { refuseConnection } from "./refuse_connection.ts";

/**
 * Requests of one connection that are answered at once. Browsers wait for a reply before they ask
 * again; without a bound, each of the requests that one who reads nothing sends ahead would wait in
 * memory for its reply to be written.
 */
export const MAX_REQUESTS_AHEAD = 4;

/** The connections of a server: all that are open, and the replies that are under way on them. */
export class HttpConnections {
  readonly #sockets = new Set<Socket>();
  readonly #sources = new ConnectionSources();
  #taken = 0;
  readonly #replies = new WeakMap<Duplex, Set<AbortController>>();

  /** @param server The server, before its first connection. */
  constructor(server: Server) {
    server.on("connection", (socket: Socket) => this.#admit(socket));
    server.on("clientError", (error: Error, socket: Duplex) => this.#fail(error, socket));
  }

  /** How many have come so far, those that were refused included. */
  get taken(): number {
    return this.#taken;
  }

  /** How many are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /**
   * Follows a reply to its end.
   *
   * @param response The reply, of which nothing is written yet.
   * @returns Aborted once the reply is written or can't be written any more; `undefined` when the
   *   request is one too many, and the connection is closed.
   */
  track(response: ServerResponse): AbortSignal | undefined {
    const { socket } = response.req;
    const replies = this.#repliesOn(socket);
    if (socket.destroyed || replies.size === MAX_REQUESTS_AHEAD) {
      socket.destroy();
      ignoreRequests(socket);
      return undefined;
    }
    const reply = new AbortController();
    replies.add(reply);
    response.once("close", () => {
      replies.delete(reply);
      reply.abort();
    });
    return reply.signal;
  }

  /** Closes all connections at once, those in a TLS handshake too. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #admit(socket: Socket): void {
    this.#taken++;
    const leave = this.#sources.admit(socket.remoteAddress);
    if (leave === undefined) return void socket.destroy();
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      leave();
    });
  }

  #repliesOn(socket: Duplex): Set<AbortController> {
    const known = this.#replies.get(socket);
    if (known !== undefined) return known;
    const replies = new Set<AbortController>();
    this.#replies.set(socket, replies);
    // A reply that waits for another one to be written does not hear of the connection's end.
    socket.once("close", () => {
      for (const reply of replies) reply.abort();
      replies.clear();
    });
    return replies;
  }

  // An answer to bytes that are no request must not end up in the middle of another one.
  #fail(error: Error, socket: Duplex): void {
    const code = "code" in error ? String(error.code) : "";
    if (this.#repliesOn(socket).size > 0) socket.destroy();
    else refuseConnection(socket, code);
  }
}

// The platform reads up to 64 KiB at once, and parses all of it before it heeds that the connection
// was closed: 3,000 requests, each with objects of some kilobytes that live until then. From some
// hundred connections at once that is more memory than the process may have. There is no public
// means against it, so the parser is told to forget what it has found.
function ignoreRequests(socket: Duplex): void {
  const parser: unknown = Reflect.get(socket, "parser");
  if (typeof parser !== "object" || parser === null) return;
  const onIncoming = () => {
    Object.assign(parser, { incoming: null });
    return 0;
  };
  onIncoming();
  Object.assign(parser, { onIncoming });
}
