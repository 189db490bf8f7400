/** What bounds the connections of an HTTP server. All times are milliseconds. */
export interface HttpLimits {
  /** Connections at once; those past it are closed as they come. */
  readonly maxConnections: number;
  /** How long a TLS handshake may take. */
  readonly handshakeTimeoutMs: number;
  /** How long the head of a request may take, from the connection or the reply before. */
  readonly headersTimeoutMs: number;
  /** How long a whole request may take. */
  readonly requestTimeoutMs: number;
  /** How long a connection may do nothing between two requests. */
  readonly keepAliveTimeoutMs: number;
  /** How long a client may take to read a reply. */
  readonly replyTimeoutMs: number;
  /** How often the time-outs of requests are looked at. */
  readonly checkIntervalMs: number;
}

/** The bounds unless configured otherwise. */
export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  maxConnections: 256,
  handshakeTimeoutMs: 5_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  keepAliveTimeoutMs: 5_000,
  replyTimeoutMs: 30_000,
  checkIntervalMs: 1_000,
};

/** The longest head of a request, bytes. */
export const MAX_HEADER_BYTES = 16 << 10;
