import type { RelayTarget } from "./relay_target.ts";

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
