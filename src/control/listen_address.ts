import { systemReason } from "../observe/system_reason.ts";
import { HushcastError } from "../errors.ts";
import { type ControlTls, faultOf } from "./control_tls.ts";
import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";

/**
 * Why the control port cannot be opened.
 *
 * - `CONTROL_TOKEN_REQUIRED`: others than this machine could connect, and there is no token.
 * - `CONTROL_TLS_UNUSABLE`: certificate or private key can't be used, or don't belong together.
 * - `CONTROL_ADDRESS_IN_USE`: another process listens there.
 * - `CONTROL_LISTEN_FAILED`: anything else, such as an address of another machine.
 */
export type ControlListenErrorCode =
  | "CONTROL_TOKEN_REQUIRED"
  | "CONTROL_TLS_UNUSABLE"
  | "CONTROL_ADDRESS_IN_USE"
  | "CONTROL_LISTEN_FAILED";

/** Raised when the control port cannot be opened. */
export class ControlListenError extends HushcastError {
  /** Why. */
  readonly code: ControlListenErrorCode;

  /**
   * Makes the error.
   *
   * @param code Why.
   * @param message One line that names the address.
   * @param options `cause`, the system's error.
   */
  constructor(code: ControlListenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Whether only this machine can connect to an address.
 *
 * @param hostname IP address without brackets, or a host name.
 * @returns Whether it is in 127.0.0.0/8, `::1` or `localhost`.
 */
export function isLoopbackHost(hostname: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i.test(hostname);
}

/** Where to listen for control connections, and how they are guarded. */
export interface ControlListenOptions extends Endpoint {
  /** Certificate and key when connections are to be over TLS. */
  readonly tls: ControlTls | undefined;
  /** Whether clients have to send a token. */
  readonly hasToken: boolean;
}

/**
 * Opens the TCP port for control connections.
 *
 * TLS tells clients whom they talk to, but not the server: a token is wanted with it all the same.
 *
 * @param options Where to listen; port 0 picks a free one.
 * @returns The listener, owned by the caller; over TLS its connections have yet to shake hands.
 * @throws {ControlListenError} If it must not or cannot listen there.
 */
export function listenForControl(options: ControlListenOptions): Deno.TcpListener {
  requireGuards(options);
  const listener = listen(options);
  // `localhost` means what the system's hosts file says.
  if (!options.hasToken && !isLoopbackHost(listener.addr.hostname)) {
    listener.close();
    throw tokenRequired(listener.addr);
  }
  return listener;
}

/**
 * Looks at what guards a control port, which can be done before anything is opened.
 *
 * @param options Where it is to listen, and how it is guarded.
 * @throws {ControlListenError} `CONTROL_TOKEN_REQUIRED` or `CONTROL_TLS_UNUSABLE`.
 */
export function requireGuards(options: ControlListenOptions): void {
  const { hasToken, hostname, tls } = options;
  const fault = tls && faultOf(tls);
  if (fault !== undefined) {
    const message = `Cannot use certificate and key of the control port: ${fault}`;
    throw new ControlListenError("CONTROL_TLS_UNUSABLE", message);
  }
  if (!hasToken && !isLoopbackHost(hostname)) throw tokenRequired(options);
}

function listen({ hostname, port }: Endpoint): Deno.TcpListener {
  const place = formatEndpoint({ hostname, port });
  try {
    return Deno.listen({ transport: "tcp", hostname, port });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable || !(cause instanceof Error)) throw cause;
    if (cause instanceof Deno.errors.AddrInUse) {
      const message = `Cannot listen for control connections on ${place}: the port is in use`;
      throw new ControlListenError("CONTROL_ADDRESS_IN_USE", message, { cause });
    }
    const message = `Cannot listen for control connections on ${place}: ${systemReason(cause)}`;
    throw new ControlListenError("CONTROL_LISTEN_FAILED", message, { cause });
  }
}

function tokenRequired(endpoint: Endpoint): ControlListenError {
  return new ControlListenError(
    "CONTROL_TOKEN_REQUIRED",
    `Cannot listen for control connections on ${formatEndpoint(endpoint)} without a token: ` +
      "other machines could connect; give --control-token-file, or listen on 127.0.0.1",
  );
}
