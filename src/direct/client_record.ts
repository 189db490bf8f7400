import type { RsaPublicKey } from "../crypto/rsa_public_key.ts";
import type { ClientSummary } from "../session/client_summary.ts";
import type { Endpoint } from "../session/endpoint.ts";
import type { Instant } from "../session/instant.ts";
import type { Peer } from "./peer.ts";

/** A client's key as it outlives a restart of the server. */
export interface ClientRecord {
  readonly endpoint: Endpoint;
  readonly key: RsaPublicKey;
  /** Wall-clock milliseconds: since when the key is kept, and when its client was heard last. */
  readonly sinceUnixMs: number;
  readonly lastSeenUnixMs: number;
  /** See `ClientStanding`. */
  readonly hasDelivered: boolean;
  readonly speaksHybrid: boolean;
}

/**
 * Sums a client up for an operator.
 *
 * @param peer The client.
 * @param now The moment.
 */
export function clientSummary(peer: Peer, now: Instant): ClientSummary {
  const { address, standing, messagesIn, messagesOut, bytesIn, bytesOut } = peer;
  return {
    id: address,
    address,
    key: peer.key?.fingerprint,
    sinceUnixMs: standing.state === "client" ? standing.sinceUnixMs : now.unixMs,
    idleMs: now.monotonicMs - peer.lastSeenMs,
    messagesIn,
    messagesOut,
    bytesIn,
    bytesOut,
  };
}

/**
 * What is to outlive a restart of a client.
 *
 * @returns `undefined` for an address without a key.
 */
export function clientRecord(
  { endpoint, standing, lastSeenUnixMs }: Peer,
): ClientRecord | undefined {
  if (standing.state !== "client") return undefined;
  const { key, sinceUnixMs, hasDelivered, speaksHybrid } = standing;
  return { endpoint, key, sinceUnixMs, lastSeenUnixMs, hasDelivered, speaksHybrid };
}
