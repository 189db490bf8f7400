import { ControlListenError } from "../control/listen_address.ts";
import { ControlServer, type ControlServerOptions } from "../control/control_server.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { orUsageError } from "./or_usage_error.ts";

/**
 * Opens the control port of a server.
 *
 * @param options Address, token, commands and log.
 * @returns The control server, owned by the caller.
 * @throws {UsageError} If the address needs a token, and there is none.
 * @throws {ControlListenError} If it can't listen there.
 */
export function openControlPort(options: ControlServerOptions): ControlServer {
  return orUsageError(
    ControlListenError,
    "CONTROL_TOKEN_REQUIRED",
    () => new ControlServer(options),
  );
}

/**
 * Opens the control port of a server that would like one port, but takes any: where it is taken, a
 * warning in the log names the one that was opened instead.
 *
 * @param options As for `openControlPort`; `port` is the one it would like.
 * @returns The control server, owned by the caller.
 * @throws As `openControlPort`, but for a port that is in use.
 */
export function openControlPortNear(options: ControlServerOptions): ControlServer {
  try {
    return openControlPort(options);
  } catch (error) {
    if (!(error instanceof ControlListenError)) throw error;
    if (error.code !== "CONTROL_ADDRESS_IN_USE") throw error;
  }
  const control = openControlPort({ ...options, port: 0 });
  options.logger.warn("control port taken, opened another one", {
    taken: formatEndpoint(options),
    control: formatEndpoint(control.endpoint),
  });
  return control;
}
