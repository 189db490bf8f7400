import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { systemReason } from "../observe/system_reason.ts";
import { type ControlTls, faultOf } from "../control/control_tls.ts";
import { isLoopbackHost } from "../control/listen_address.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";
import { type HttpLimits, MAX_HEADER_BYTES } from "./http_limits.ts";
import { HttpListenError } from "./http_listen_error.ts";

/** Where to listen, and how it is guarded. */
export interface HttpListenOptions extends Endpoint {
  /** Certificate and key when connections are to be over TLS. */
  readonly tls: ControlTls | undefined;
  /** Whether clients have to send a token. */
  readonly hasToken: boolean;
  /** What bounds the connections. */
  readonly limits: HttpLimits;
}

/** A server that listens. Nothing answers its requests yet. */
export interface HttpListener {
  /** The server, owned by the caller. */
  readonly server: Server;
  /** Where it listens: an IP address and a port. */
  readonly endpoint: Endpoint;
}

/**
 * Opens the TCP port for HTTP.
 *
 * @param options Where to listen; port 0 picks a free one.
 * @returns The listener.
 * @throws {HttpListenError} If it must not or cannot listen there; the promise is rejected with it.
 */
export async function listenForHttp(options: HttpListenOptions): Promise<HttpListener> {
  const { hasToken, hostname, tls } = options;
  const fault = tls && faultOf(tls);
  if (fault !== undefined) {
    const message = `Cannot use certificate and key for HTTP: ${fault}`;
    throw new HttpListenError("HTTP_TLS_UNUSABLE", message);
  }
  if (!hasToken && !isLoopbackHost(hostname)) throw tokenRequired(options);
  const server = makeServer(options);
  const endpoint = await listen(server, options);
  // `localhost` means what the system's hosts file says.
  if (!hasToken && !isLoopbackHost(endpoint.hostname)) {
    server.close();
    throw tokenRequired(endpoint);
  }
  return { server, endpoint };
}

function makeServer({ tls, limits }: HttpListenOptions): Server {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    // The core says so itself, with its own headers.
    requireHostHeader: false,
  };
  const server: Server = tls === undefined
    ? createServer(options)
    : createTlsServer({ ...options, ...tls, handshakeTimeout: limits.handshakeTimeoutMs });
  server.maxConnections = limits.maxConnections;
  // Else fields past the 2,000th are left out unseen. `MAX_HEADER_BYTES` bounds them all the same.
  server.maxHeadersCount = 0;
  // One may end the sending direction behind a request, as `nc -N` does, and is answered still.
  return Object.assign(server, { httpAllowHalfOpen: true });
}

function listen(server: Server, { hostname, port }: Endpoint): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error) => reject(listenError({ hostname, port }, cause));
    server.once("error", fail);
    server.listen(port, hostname, () => {
      server.off("error", fail);
      const address = server.address();
      if (address === null || typeof address === "string") {
        throw new TypeError(`Cannot tell where the server listens: ${address}`);
      }
      resolve({ hostname: address.address, port: address.port });
    });
  });
}

function listenError(endpoint: Endpoint, cause: Error): HttpListenError {
  const action = `Cannot serve HTTP on ${formatEndpoint(endpoint)}`;
  return "code" in cause && cause.code === "EADDRINUSE"
    ? new HttpListenError("HTTP_ADDRESS_IN_USE", `${action}: the port is in use`, { cause })
    : new HttpListenError("HTTP_LISTEN_FAILED", `${action}: ${systemReason(cause)}`, { cause });
}

function tokenRequired(endpoint: Endpoint): HttpListenError {
  return new HttpListenError(
    "HTTP_TOKEN_REQUIRED",
    `Cannot serve HTTP on ${formatEndpoint(endpoint)} without a token: ` +
      "other machines could connect; give --control-token-file, or listen on 127.0.0.1",
  );
}
