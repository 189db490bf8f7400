import { isIP } from "node:net";
import { isLoopbackHost } from "../../control/listen_address.ts";

/** What the `Host` of a request is worth. */
export type HostVerdict = "allowed" | "refused" | "malformed";

/** A name, an IPv4 address or a bracketed IPv6 address, then perhaps a port; nothing else. */
const HOST = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i;

/**
 * Tells the names that lead here from those that another site has made lead here.
 *
 * A page of `evil.example` can have its own name point at this machine (DNS rebinding) and is then
 * of the same origin as this server, as far as the browser knows; but the name stays in `Host`. An
 * address can't be made to point anywhere else. The port is not looked at: a tunnel may change it.
 */
export class HostCheck {
  readonly #allowsAddresses: boolean;
  readonly #names: ReadonlySet<string>;

  /**
   * Makes a check.
   *
   * @param boundTo The IP address that the server listens on: on a loopback address only loopback
   *   addresses are allowed, else all.
   * @param names Host names that are allowed as well, in any case; spaces around them don't count.
   */
  constructor(boundTo: string, names: readonly string[]) {
    this.#allowsAddresses = !isLoopbackHost(boundTo);
    this.#names = new Set(names.map((name) => name.trim().toLowerCase()));
  }

  /**
   * Looks at a request's `Host`.
   *
   * @param host Its value; `undefined` where there is none.
   * @returns Whether it names one host, and one that is allowed.
   */
  verdict(host: string | undefined): HostVerdict {
    const match = HOST.exec(host ?? "");
    const hostname = match?.[1] ?? match?.[2]?.toLowerCase();
    if (hostname === undefined) return "malformed";
    if (match?.[1] !== undefined && isIP(hostname) !== 6) return "malformed";
    return this.#allows(hostname) ? "allowed" : "refused";
  }

  #allows(hostname: string): boolean {
    if (hostname === "localhost" || this.#names.has(hostname)) return true;
    return isIP(hostname) !== 0 && (this.#allowsAddresses || isLoopbackHost(hostname));
  }
}
