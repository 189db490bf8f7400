import type { ServerProfile } from "../../watch/feed_event.ts";

/**
 * The command by which a first client comes to a server.
 *
 * @param profile The server.
 * @param pageHost The host that the page is from, for a server that listens on all addresses.
 */
export function joinCommand({ kind, udp, fingerprint }: ServerProfile, pageHost: string): string {
  const address = udp.replace(/^(0\.0\.0\.0|\[::\])(?=:\d+$)/, pageHost);
  return kind === "relay"
    ? `hushcast chat --relay ${address} --identity ${fingerprint}`
    : `hushcast direct-send --server ${address} --server-key ${fingerprint} "hello"`;
}
