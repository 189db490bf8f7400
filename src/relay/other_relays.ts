import type { Ban } from "../session/ban.ts";
import type { RegisteredClient } from "../session/registered_client.ts";

/** Who is registered at the other relays of a cluster, as far as registrations here go by it. */
export interface RemoteRoster {
  /** The client that goes by a client name. */
  named(name: string): Pick<RegisteredClient, "instance" | "token" | "address"> | undefined;
  /** Whether one goes by an id: then it is no news that a client here does from now on, or did, as it moves. */
  hasId(id: string): boolean;
  /**
   * Whether one goes by an id, or will as soon as the client here that does is gone: then it is no news
   * that a client here joins or leaves.
   */
  keepsId(id: string): boolean;
}

/** How a relay's part in a cluster stands. */
export interface ClusterStatistics {
  /** Other relays that are there. */
  readonly relays: number;
  /** Their clients. */
  readonly clients_elsewhere: number;
  /** Whether there is a connection to what the relays share: 1 or 0; without a cluster 0. */
  readonly is_connected: number;
}

/** The other relays of a cluster. */
export interface OtherRelays extends RemoteRoster {
  /** Told that a client has registered here. */
  joined(client: RegisteredClient): void;
  /** Told that a session here has ended; `reason` is a word. */
  left(sessionId: string, reason: string): void;
  /** Told that a client of this relay is at another address, `ip:port`. */
  moved(sessionId: string, address: string): void;
  /** Told that an operator of this relay keeps a target out. */
  banned(ban: Ban): void;
  /** Told that an operator of this relay has lifted a ban; `text` as he typed it. */
  unbanned(text: string): void;
  /** How the cluster stands, for `get_stats`. */
  statistics(): ClusterStatistics;
  /** Told that this relay shuts down, before its sessions end. */
  leave(): void;
}

/** Those of a relay that works alone. */
export const NO_OTHER_RELAYS: OtherRelays = {
  named: () => undefined,
  hasId: () => false,
  keepsId: () => false,
  joined: () => undefined,
  left: () => undefined,
  moved: () => undefined,
  banned: () => undefined,
  unbanned: () => undefined,
  statistics: () => ({ relays: 0, clients_elsewhere: 0, is_connected: 0 }),
  leave: () => undefined,
};
