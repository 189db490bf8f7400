/** A relay of the cluster, as long as it runs: 8 random bytes, as 16 hexadecimal digits. */
export type RelayId = string;

/** What a `ClusterBus` tells who listens. */
export interface BusListener {
  /** A relay said something; `payload` is authentic and fresh, and owned by the listener. */
  readonly onMessage: (from: RelayId, payload: Uint8Array) => void;
  /** The connection is there, for the first time or again: what was said meanwhile is missed. */
  readonly onConnected: () => void;
  /** The connection is gone. */
  readonly onDisconnected: () => void;
}

/**
 * Carries what relays of a cluster say to each other: to all others at once, at most once each, in
 * the order in which one relay said it, and in no order between several. Sealed under the cluster key.
 */
export interface ClusterBus {
  /** This relay. */
  readonly relayId: RelayId;
  /** Says something to all other relays; dropped while there is no connection. */
  publish(payload: Uint8Array): void;
  /** Begins to listen; once. */
  listen(listener: BusListener): void;
}
