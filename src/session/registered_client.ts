/** A client that is registered at a relay, as that relay tells the others of a cluster. */
export interface RegisteredClient {
  /** Session id, 16 hexadecimal digits. */
  readonly sessionId: string;
  /** What others know it by: its client name if it gave one, else its address. */
  readonly id: string;
  /** The client name that it gave. */
  readonly name: string | undefined;
  /**
   * CLIENT_INSTANCE, 32 hexadecimal digits: a secret of the client and its relays. A client without
   * reliable delivery names none.
   */
  readonly instance: string | undefined;
  /** `ip:port`. */
  readonly address: string;
  /** When it registered, Unix milliseconds by the clock of its relay. */
  readonly sinceUnixMs: number;
  /** The name of the admission token that it came in with, where tokens are asked for. */
  readonly token: string | undefined;
}
