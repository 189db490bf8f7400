/**
 * One client as a watcher sees it: what `list_clients` gives, but with times that stay the same
 * while nothing happens. The names are those of the JSON in which `/events` sends it.
 */
export interface ClientRow {
  /** Its name if it gave one, else `ip:port`. A stranger's text: show it as text, never as markup. */
  readonly id: string;
  /** `ip:port`. */
  readonly address: string;
  /** Session id, 16 hexadecimal digits; a direct server has no sessions. */
  readonly session?: string;
  /** Fingerprint of the client's RSA key; a relay keeps none. */
  readonly key?: string;
  /** The name of its admission token, where tokens are asked for. */
  readonly token?: string;
  /** When it registered, Unix milliseconds. */
  readonly since_ms: number;
  /** When the last authentic datagram came from it, Unix milliseconds. */
  readonly last_seen_ms: number;
  /** Messages from the client and to it, as seen from the server. */
  readonly messages_in: number;
  readonly messages_out: number;
  /** Their bytes of payload. */
  readonly bytes_in: number;
  readonly bytes_out: number;
}

/**
 * What tells a client's registration from all others, also from an earlier one of the same name.
 *
 * @param row The client.
 */
export function rowKey({ session, address }: ClientRow): string {
  return session ?? address;
}
