import type { ServerAdmin } from "../control/client_commands.ts";
import type { ControlCommand } from "../control/command.ts";
import type { ControlTls } from "../control/control_tls.ts";
import type { LogSource } from "../control/log_source.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { ServerProfile } from "../watch/feed_event.ts";
import type { HttpClock } from "./http_clock.ts";
import type { HttpLimits } from "./http_limits.ts";
import type { MetricsSource } from "./probe_routes.ts";

/** What an HTTP server answers with, whatever the sockets are. */
export interface HttpServiceOptions {
  /** IP address or host name to listen on. */
  readonly hostname: string;
  /** Host names by which it may be called, beside `hostname` and `localhost`. */
  readonly names: readonly string[];
  /** The control token; without it only a loopback address is listened on. */
  readonly token: string | undefined;
  /** Certificate and key, when it is to be reached over TLS. */
  readonly tls: ControlTls | undefined;
  /** What readers of `/events` are told of the server. */
  readonly profile: Omit<ServerProfile, "commands" | "has_login">;
  /** The server. */
  readonly source: Pick<ServerAdmin, "listClients" | "stats">;
  /** Its commands: see `relayCommands` and `directCommands`. */
  readonly commands: readonly ControlCommand[];
  /** The log to show. */
  readonly logs: LogSource;
  /** Where the HTTP server writes its own log. */
  readonly logger: EventLogger;
  /** What `/metrics` gives. */
  readonly metrics: MetricsSource;
  /** Why the server is not ready to serve, for `/readyz`; `undefined` when it is. */
  readonly notReadyBecause: () => string | undefined;
  /** How late timers ran at worst since it was last asked, milliseconds. */
  readonly takeWorstLagMs: () => number;
}

/** What an HTTP server is made of. */
export interface HttpServerOptions extends HttpServiceOptions {
  /** TCP port; 0 picks a free one. */
  readonly port: number;
  /** What bounds the connections; by default `DEFAULT_HTTP_LIMITS`. */
  readonly limits?: HttpLimits;
  /** Time and timers; by default those of the platform. */
  readonly clock?: HttpClock;
}
