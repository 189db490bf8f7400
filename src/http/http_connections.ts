import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { refuseConnection } from "./refuse_connection.ts";

/** The connections of a server: all that are open, and those on which a reply is under way. */
export class HttpConnections {
  readonly #sockets = new Set<Socket>();
  readonly #replies = new Map<Duplex, number>();

  /** @param server The server, before its first connection. */
  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    server.on("clientError", (error: Error, socket: Duplex) => this.#fail(error, socket));
  }

  /** Counts a reply until its end. */
  track(response: ServerResponse): void {
    const { socket } = response.req;
    this.#replies.set(socket, (this.#replies.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const rest = (this.#replies.get(socket) ?? 1) - 1;
      if (rest === 0) this.#replies.delete(socket);
      else this.#replies.set(socket, rest);
    });
  }

  /** Closes all connections at once, those in a TLS handshake too. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  // An answer to bytes that are no request must not end up in the middle of another one.
  #fail(error: Error, socket: Duplex): void {
    const code = "code" in error ? String(error.code) : "";
    if (this.#replies.has(socket)) socket.destroy();
    else refuseConnection(socket, code);
  }
}
