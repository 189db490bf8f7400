import type { RelayTarget, RelayTargets } from "./relay_target.ts";

/**
 * Picks the local address that a client's socket is bound to.
 *
 * For a group it decides the interface: multicast leaves by the one whose address the socket is
 * bound to. For a relay on this machine it keeps strangers out.
 *
 * @param target Where the relay is asked for.
 * @param interfaceAddress Address of a network interface that the user named.
 * @returns An IP address.
 */
export function localAddress(
  { kind, endpoint: { hostname } }: RelayTarget,
  interfaceAddress: string | undefined,
): string {
  if (interfaceAddress !== undefined) return interfaceAddress;
  const isIpv6 = hostname.includes(":");
  if (kind === "relay" && hostname === "::1") return "::1";
  if (kind === "relay" && hostname.startsWith("127.")) return "127.0.0.1";
  return isIpv6 ? "::" : "0.0.0.0";
}

/**
 * Picks the local address for several relays. Where some have IPv4 addresses and others IPv6 ones, a
 * socket of IPv6 has to do for both, as on systems that give it both; see `plainAddress`.
 *
 * @param targets Where relays are asked for.
 * @param interfaceAddress Address of a network interface that the user named.
 * @returns An IP address; one of this machine alone when all relays are there.
 */
export function sharedLocalAddress(
  targets: RelayTargets,
  interfaceAddress: string | undefined,
): string {
  const [first, ...others] = targets;
  return others.map((target) => localAddress(target, interfaceAddress))
    .reduce(wider, localAddress(first, interfaceAddress));
}

/**
 * The form of an address in which relays are named: a socket that takes IPv4 and IPv6 reports an IPv4
 * address as a part of IPv6 (RFC 4291, section 2.5.5.2).
 *
 * @param hostname An IP address.
 * @returns `192.0.2.7` for `::ffff:192.0.2.7`; any other address as it is.
 */
export function plainAddress(hostname: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(hostname)?.[1] ?? hostname;
}

/** An address that does for both. */
function wider(one: string, other: string): string {
  if (one === other) return one;
  return one.includes(":") || other.includes(":") ? "::" : "0.0.0.0";
}
