/** What a server counts of its datagrams, as plain numbers that only grow. */
export interface DatagramCounters {
  /** Datagrams, and their bytes of UDP payload. */
  readonly datagramsIn: number;
  readonly datagramsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** The same under the stable names that operators see. */
export interface DatagramStatistics {
  readonly [name: string]: number;
}

/**
 * Names a server's datagram counters as operators see them.
 *
 * @param counters The counters.
 * @returns A new object.
 */
export function datagramStatistics(counters: DatagramCounters): DatagramStatistics {
  return {
    in: counters.datagramsIn,
    bytes_in: counters.bytesIn,
    out: counters.datagramsOut,
    bytes_out: counters.bytesOut,
  };
}
