import { isIP } from "node:net";
import { CommandTable } from "../control/command_table.ts";
import { TokenDigest } from "../control/control_token.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import { ASSET_ROUTES } from "./asset_routes.ts";
import { commandRoute } from "./command_route.ts";
import { feedRoutes } from "./feed_routes.ts";
import { HostCheck } from "./access/host_check.ts";
import { HttpAccess } from "./access/http_access.ts";
import { HttpCore } from "./http_core.ts";
import type { HttpServiceOptions } from "./http_server_options.ts";
import { LiveFeed } from "./feed/live_feed.ts";
import { pageRoutes } from "./page_routes.ts";
import { probeRoutes } from "./probe_routes.ts";
import { SessionCookie } from "./access/session_cookie.ts";

/** What the shell lends a service. */
export interface ServiceHost {
  /** Where it listens: an IP address and a port. */
  readonly endpoint: Endpoint;
  /** Gives unpredictable bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
}

/** All of an HTTP server but its sockets and timers. */
export interface HttpService {
  /** Answers requests. */
  readonly core: HttpCore;
  /** What readers of `/events` are told, owned by the caller. */
  readonly feed: LiveFeed;
}

/**
 * Puts a service together.
 *
 * @param options What it answers with.
 * @param host What the shell lends.
 * @param now The moment from which traffic is counted.
 * @throws {RangeError} If the token is empty.
 */
export function createHttpService(
  options: HttpServiceOptions,
  { endpoint, randomBytes }: ServiceHost,
  now: Instant,
): HttpService {
  const { logger, tls, token } = options;
  const commands = new CommandTable(options.commands, []);
  const access = new HttpAccess({
    token: token === undefined ? undefined : new TokenDigest(token),
    cookie: new SessionCookie({ port: endpoint.port, isSecure: tls !== undefined }),
    randomBytes,
    logger,
  }, now.monotonicMs);
  const profile = { ...options.profile, commands: commands.names, has_login: access.hasLogin };
  const feed = new LiveFeed({ ...options, profile }, now);
  const core = new HttpCore({
    hosts: new HostCheck(endpoint.hostname, allowedNames(options)),
    scheme: tls === undefined ? "http" : "https",
    access,
    routes: [
      ...pageRoutes({ access, onLogout: (nowMs) => feed.endDisallowed(nowMs) }),
      ...ASSET_ROUTES,
      ...probeRoutes(options),
      ...feedRoutes({ access, feed }),
      commandRoute({ commands, logger }),
    ],
    logger,
  });
  return { core, feed };
}

function allowedNames({ hostname, names }: HttpServiceOptions): readonly string[] {
  return isIP(hostname) === 0 ? [hostname, ...names] : names;
}
