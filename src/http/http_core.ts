import { describeError } from "../observe/describe_error.ts";
import type { EventLogger } from "../observe/event_logger.ts";
import type { Instant } from "../session/instant.ts";
import type { HostCheck } from "./access/host_check.ts";
import type { AccessVerdict, HttpAccess } from "./access/http_access.ts";
import { type HttpReply, seeOther } from "./http_reply.ts";
import {
  contentTypeOf,
  headerOf,
  type HttpRequest,
  type SplitTarget,
  splitTarget,
  textOf,
} from "./http_request.ts";
import type { HttpRoute } from "./http_route.ts";
import { type HttpScheme, isOwnOrigin, isOwnSite } from "./access/origin_check.ts";
import {
  AUTH_REQUIRED,
  BAD_HOST,
  BAD_TARGET,
  BODY_NOT_UTF8,
  BODY_TOO_LARGE,
  HOST_REFUSED,
  INTERNAL,
  methodRefused,
  NOT_FOUND,
  ORIGIN_REFUSED,
  type Refusal,
  refuse,
  wrongContentType,
} from "./refusal.ts";
import { SECURITY_HEADERS } from "./security_headers.ts";

/** What a core is made of. */
export interface HttpCoreOptions {
  /** Which names lead here. */
  readonly hosts: HostCheck;
  /** How the server is reached. */
  readonly scheme: HttpScheme;
  /** Who may. */
  readonly access: HttpAccess;
  /** What can be asked for. */
  readonly routes: readonly HttpRoute[];
  /** Where requests are logged, at level debug, and what failed. */
  readonly logger: EventLogger;
}

/** Turns requests into replies: first whether they may, then what they ask for. */
export class HttpCore {
  readonly #options: HttpCoreOptions;

  /** @param options What it is made of. */
  constructor(options: HttpCoreOptions) {
    this.#options = options;
  }

  /**
   * Answers a request.
   *
   * @param request Whatever a stranger sent.
   * @param now When.
   * @returns The reply, with the security headers. The promise is never rejected: what goes wrong
   *   inside is logged and answered with 500.
   */
  async handle(request: HttpRequest, now: Instant): Promise<HttpReply> {
    const target = splitTarget(request.target);
    const reply = await this.#answer(request, target, now);
    const { method, peer: address } = request;
    const fields = { method, path: target?.path, status: reply.status, address };
    this.#options.logger.debug("http request", fields);
    return { ...reply, headers: { ...SECURITY_HEADERS, ...reply.headers } };
  }

  async #answer(request: HttpRequest, target: Target, now: Instant): Promise<HttpReply> {
    try {
      const found = this.#find(request, target);
      if ("code" in found) return refuse(found, target?.path);
      return await this.#ask(found, request, now);
    } catch (error) {
      const fields = { address: request.peer, error: describeError(error) };
      this.#options.logger.error("http request failed", fields);
      return refuse(INTERNAL, target?.path);
    }
  }

  #find({ method, headers }: HttpRequest, target: Target): FoundRoute | Refusal {
    const { hosts, routes } = this.#options;
    const host = hosts.verdict(headerOf(headers, "host"));
    if (host === "malformed") return BAD_HOST;
    if (host === "refused") return HOST_REFUSED;
    if (target === undefined) return BAD_TARGET;
    const here = routes.filter(({ path }) => path === target.path);
    if (here.length === 0) return NOT_FOUND;
    const wanted = method === "HEAD" ? "GET" : method;
    const route = here.find((route) => route.method === wanted);
    return route === undefined ? methodRefused(methodsOf(here)) : { route, target };
  }

  #ask(
    { route, target: { path, query } }: FoundRoute,
    request: HttpRequest,
    now: Instant,
  ): HttpReply | Promise<HttpReply> {
    const stranger = this.#strangerRefusal(route, request);
    if (stranger !== undefined) return refuse(stranger, path);
    const { access } = this.#options;
    const verdict: AccessVerdict = route.guard === "all"
      ? { isGranted: true, session: access.sessionOf(request, now.monotonicMs) }
      : access.judge(request, now.monotonicMs);
    if (!verdict.isGranted) return turnAway(route, verdict.refusal);
    const text = bodyText(route, request);
    if (typeof text !== "string") return refuse(text, path);
    return route.answer({ request, text, query, now, session: verdict.session });
  }

  #strangerRefusal({ method, guard }: HttpRoute, { headers }: HttpRequest): Refusal | undefined {
    const isOwn = method === "POST"
      ? isOwnOrigin(headers, this.#options.scheme)
      : guard !== "data" || isOwnSite(headers);
    return isOwn ? undefined : ORIGIN_REFUSED;
  }
}

type Target = SplitTarget | undefined;

interface FoundRoute {
  readonly route: HttpRoute;
  readonly target: SplitTarget;
}

function methodsOf(routes: readonly HttpRoute[]): string[] {
  return routes.flatMap(({ method }) => method === "GET" ? ["GET", "HEAD"] : [method]);
}

function turnAway({ guard, path }: HttpRoute, refusal: Refusal): HttpReply {
  const mayLogIn = guard === "page" && refusal === AUTH_REQUIRED;
  return mayLogIn ? seeOther("/login") : refuse(refusal, path);
}

function bodyText(route: HttpRoute, { headers, body }: HttpRequest): string | Refusal {
  if (body === "too_large") return BODY_TOO_LARGE;
  if (route.method !== "POST" || route.contentType === undefined) return "";
  if (contentTypeOf(headers) !== route.contentType) {
    return wrongContentType(route.contentType);
  }
  return textOf(body) ?? BODY_NOT_UTF8;
}
