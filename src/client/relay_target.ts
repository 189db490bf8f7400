import { type Endpoint, formatEndpoint } from "../session/endpoint.ts";

/** Where a relay is asked for: at its own address, or in a multicast group. */
export interface RelayTarget {
  readonly kind: "relay" | "group";
  /** IP address and port that PUBLIC_KEY_REQUEST is sent to. */
  readonly endpoint: Endpoint;
}

/** Relays that a client tries in turn, the first one first. Those in a group are a single target. */
export type RelayTargets = readonly [RelayTarget, ...RelayTarget[]];

/**
 * The name of a target in messages and in the file of known relays.
 *
 * @param kind What the address is.
 * @param named The address as the user gave it, so perhaps with a host name.
 * @returns `HOST:PORT`, or `group IP:PORT`; host names in lower case.
 */
export function targetName(kind: RelayTarget["kind"], named: Endpoint): string {
  const address = formatEndpoint({ hostname: named.hostname.toLowerCase(), port: named.port });
  return kind === "group" ? `group ${address}` : address;
}
