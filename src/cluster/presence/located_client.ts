import type { RegisteredClient } from "../../session/registered_client.ts";
import type { RelayId } from "../cluster_bus.ts";

/** A client, and where it is. */
export interface LocatedClient extends RegisteredClient {
  readonly relayId: RelayId;
  /** What people call that relay. */
  readonly relayName: string;
  /**
   * Session ids of the same client at other relays, which that relay knew of when the client came:
   * they are over. No clocks are needed to tell, and those of two relays never agree.
   */
  readonly supersedes: readonly string[];
}

/** Sessions that one supersedes, at most: a client has been at few relays within a grace. */
export const MAX_SUPERSEDED = 8;

/**
 * Whether two sessions are of one client: they name the same instance, which nobody else can know,
 * or go by one name that the same admission token entitles them to, or from one address. By the address
 * a client without reliable delivery is known that has gone to another relay: it keeps its socket.
 *
 * @param a A session. @param b Another one, at whatever relay.
 */
export function isSameClient(a: RegisteredClient, b: RegisteredClient): boolean {
  if (a.instance !== undefined && a.instance === b.instance) return true;
  if (a.name === undefined || a.name !== b.name || a.token !== b.token) return false;
  return a.token !== undefined || a.address === b.address;
}

/**
 * Whether, of two sessions of which one has to go, it is the other one. Every relay comes to the same
 * answer: the one that replaced the other stays; of one client the session that began later, for there
 * it is now; of two clients with one name the one that had it first.
 *
 * @param a A session. @param b One with the same instance or name at another relay.
 */
export function prevailsOver(a: LocatedClient, b: LocatedClient): boolean {
  if (a.supersedes.includes(b.sessionId)) return true;
  if (b.supersedes.includes(a.sessionId)) return false;
  if (a.sinceUnixMs === b.sinceUnixMs) return a.relayId < b.relayId;
  const isLater = a.sinceUnixMs > b.sinceUnixMs;
  return isSameClient(a, b) ? isLater : !isLater;
}
