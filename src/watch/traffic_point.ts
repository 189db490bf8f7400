/** What went on in a server for a second or so. The names are those of the JSON of `/events`. */
export interface TrafficPoint {
  /** The end of that time, Unix milliseconds. */
  readonly time_ms: number;
  /** Clients at that moment. */
  readonly clients: number;
  /** Messages from clients and to clients, a second. */
  readonly messages_in: number;
  readonly messages_out: number;
  /** Their bytes of payload, a second. */
  readonly bytes_in: number;
  readonly bytes_out: number;
  /** Drops a second by reason; reasons without any are left out. */
  readonly drops: Readonly<Record<string, number>>;
  /** How late the server's timers ran at worst, milliseconds. */
  readonly lag_ms: number;
}
