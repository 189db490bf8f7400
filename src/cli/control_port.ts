import { ControlListenError, requireGuards } from "../control/listen_address.ts";
import { ControlServer, type ControlServerOptions } from "../control/control_server.ts";
import { formatEndpoint } from "../session/endpoint.ts";
import { type ControlTlsSettings, readControlTls } from "./control_tls_files.ts";
import { readControlToken } from "./control_token.ts";
import { orUsageError } from "./or_usage_error.ts";

/** What a control port is guarded by. */
export type ControlGuards = Pick<ControlServerOptions, "token" | "tls">;

/** The settings that say so. */
export interface ControlGuardSettings extends ControlTlsSettings {
  /** `--control-host` */
  readonly controlHost: string;
  /** `--control-port` */
  readonly controlPort: number | undefined;
  /** `--control-token-file` */
  readonly controlTokenFile: string | undefined;
}

/**
 * Reads what a control port is to be guarded by.
 *
 * @param settings The files.
 * @returns Token, certificate and key, as far as there are any.
 * @throws {UsageError} If of certificate and key only one is given, or the address needs a token.
 * @throws {ControlListenError} If certificate and key can't be used.
 * @throws {ExitCodeError} With `failed` if a file can't be used.
 */
export async function readControlGuards(settings: ControlGuardSettings): Promise<ControlGuards> {
  const { controlHost: hostname, controlPort: port = 0, controlTokenFile } = settings;
  const tls = await readControlTls(settings);
  const token = controlTokenFile && await readControlToken(controlTokenFile);
  // Before anything is opened that would have to be closed again.
  orUsageError(ControlListenError, "CONTROL_TOKEN_REQUIRED", () => {
    requireGuards({ hostname, port, tls, hasToken: token !== undefined });
  });
  return { token, tls };
}

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
