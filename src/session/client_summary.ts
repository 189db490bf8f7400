import type { Instant } from "./instant.ts";
import type { Session } from "./session.ts";

/** One registered client as an operator sees it. */
export interface ClientSummary {
  /** Its name if it gave one, else `ip:port`. */
  readonly id: string;
  /** `ip:port`. */
  readonly address: string;
  /** Session id, 16 hex digits; a direct server has no sessions. */
  readonly session?: string;
  /** The name of the admission token that it came in with, where tokens are asked for. */
  readonly token?: string;
  /** The name of the other relay of a cluster where it is; what it sends and gets is known there alone. */
  readonly relay?: string;
  /** Fingerprint of the client's RSA key, `SHA256:...`; a relay keeps none. */
  readonly key?: string;
  /** When it registered, Unix milliseconds. */
  readonly sinceUnixMs: number;
  /** Milliseconds since the last authentic datagram from it. */
  readonly idleMs: number;
  /** Messages from the client. */
  readonly messagesIn: number;
  /** Messages to the client. */
  readonly messagesOut: number;
  /** Payload bytes from the client. */
  readonly bytesIn: number;
  /** Payload bytes to the client. */
  readonly bytesOut: number;
}

/**
 * Sums a session up for an operator.
 *
 * @param session The session.
 * @param now The moment.
 */
export function summaryOf(session: Session, now: Instant): ClientSummary {
  const { id, address, sessionId, sinceUnixMs, messagesIn, messagesOut, bytesIn, bytesOut } =
    session;
  const idleMs = now.monotonicMs - session.lastSeenMs;
  return {
    id,
    address,
    session: sessionId,
    ...(session.token !== undefined && { token: session.token.name }),
    sinceUnixMs,
    idleMs,
    messagesIn,
    messagesOut,
    bytesIn,
    bytesOut,
  };
}
