import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import type { Endpoint } from "../session/endpoint.ts";
import { RelayClientError } from "./relay_client_error.ts";

/**
 * Finds the IP address of a host as the system does, `/etc/hosts` included, which
 * `Deno.resolveDns` passes over.
 *
 * @param named IP address or host name, and port.
 * @returns The same with an IP address; IPv4 where a name has both, as relays listen there by
 *   default.
 * @throws {RelayClientError} `HOST_NOT_FOUND`.
 */
export async function resolveHost({ hostname, port }: Endpoint): Promise<Endpoint> {
  if (isIP(hostname) === 6) return { hostname: shortestForm(hostname), port };
  if (isIP(hostname) === 4) return { hostname, port };
  try {
    const addresses = await lookup(hostname, { all: true });
    const first = addresses.find(({ family }) => family === 4) ?? addresses[0];
    if (first !== undefined) return { hostname: first.address, port };
  } catch (cause) {
    throw notFound(hostname, { cause });
  }
  throw notFound(hostname);
}

/** The form in which sockets report addresses, so that the two can be compared. */
function shortestForm(ipv6: string): string {
  const [address = "", zone] = ipv6.split("%");
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return zone === undefined ? short : `${short}%${zone}`;
}

function notFound(hostname: string, options?: ErrorOptions): RelayClientError {
  return new RelayClientError(
    "HOST_NOT_FOUND",
    `Cannot find host ${hostname}: no such name, or the name service does not answer`,
    options,
  );
}
