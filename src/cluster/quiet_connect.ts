import {
  type ConnectionOptions,
  NatsConnectionImpl,
  setTransportFactory,
} from "@nats-io/nats-core/internal";
import type { NatsConnection } from "@nats-io/transport-node";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/**
 * The library's transport, but for two things. It takes all listeners from a socket before it destroys
 * it, and an error that the socket still has to tell of is then nobody's, which ends the process. A
 * server that refuses a relay and closes with bytes unread (ECONNRESET) is enough for that. And it never
 * lets go of a connection that a server accepts without a word: while NATS stands still, each try to
 * connect would leave one more.
 */
class QuietTransport extends NodeTransport {
  override async dial(address: { hostname: string; port: number }): Promise<Socket> {
    return quieted(await super.dial(address));
  }

  override async tlsFirst(address: { hostname: string; port: number }): Promise<TLSSocket> {
    return quieted(await super.tlsFirst(address));
  }

  override async startTLS(): Promise<TLSSocket> {
    return quieted(await super.startTLS());
  }

  override async close(error?: Error): Promise<void> {
    if (!this.connected) {
      // What is being connected yet is let go of when that is done.
      this.done = true;
      this.socket?.destroy();
    }
    await super.close(error);
  }
}

/**
 * Connects to NATS as the library's `connect` does.
 *
 * @param options Those of the library.
 * @returns The connection.
 * @throws What the library's `connect` throws.
 */
export async function connectQuietly(options: ConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new QuietTransport(), dnsResolveFn: nodeResolveHost });
  return await NatsConnectionImpl.connect(options);
}

/** Sees to it that there is always somebody who hears of errors. */
function quieted<S extends Socket>(socket: S): S {
  const ignore = () => undefined;
  const removeAll = socket.removeAllListeners.bind(socket);
  // As many arguments as were given: without any it takes all listeners away.
  socket.removeAllListeners = (...events: [event?: string | symbol]) => {
    removeAll(...events);
    socket.on("error", ignore);
    return socket;
  };
  socket.on("error", ignore);
  return socket;
}
