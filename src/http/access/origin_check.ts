import { headerOf, type HttpHeaders } from "../http_request.ts";

/** How a server is reached. */
export type HttpScheme = "http" | "https";

/**
 * Whether a request may change something: whether no page of another origin made it.
 *
 * Programs say neither where they come from nor of which site; browsers say one of both with every
 * POST. Who comes by `https` to a server of `http` has come through a proxy that ends TLS before it.
 *
 * @param headers The head of the request, with a `Host` that is allowed.
 * @param scheme How the server is reached.
 */
export function isOwnOrigin(headers: HttpHeaders, scheme: HttpScheme): boolean {
  const origin = headerOf(headers, "origin")?.toLowerCase();
  const host = headerOf(headers, "host")?.toLowerCase();
  const isOwn = origin === undefined || origin === `https://${host}` ||
    scheme === "http" && origin === `http://${host}`;
  return isOwn && isOwnSite(headers);
}

/**
 * Whether no page of another site asks, as far as the browser says so (Fetch Metadata).
 *
 * @param headers The head of the request.
 */
export function isOwnSite(headers: HttpHeaders): boolean {
  const site = headerOf(headers, "sec-fetch-site");
  return site === undefined || site === "same-origin" || site === "none";
}
