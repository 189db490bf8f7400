import { HushcastError } from "../errors.ts";

/** What can go wrong for a relay client; a code never changes its meaning. */
export type RelayClientErrorCode =
  /** The relay's host name has no address. */
  | "HOST_NOT_FOUND"
  /** No relay answered in time, or none whose answer could be used. */
  | "RELAY_UNREACHABLE"
  /** The relay's clock and ours are too far apart for its messages to count as fresh. */
  | "CLOCK_SKEW"
  /** The relay refused the registration: full, name taken, authentication and so on. */
  | "REGISTRATION_REFUSED"
  /** The relay proves no identity, though one is pinned or known. */
  | "IDENTITY_MISSING"
  /** The relay proves another identity than the pinned one. */
  | "IDENTITY_MISMATCH"
  /** The relay proves another identity than the one it had before. */
  | "IDENTITY_CHANGED"
  /** The relay ended the session for good. */
  | "DISCONNECTED"
  /** The relay fell silent or restarted before it confirmed what was sent. */
  | "RELAY_LOST"
  /** The relay did not acknowledge a message, however often it was sent. */
  | "NOT_ACKNOWLEDGED"
  /** The message is longer than the limit in use. */
  | "MESSAGE_TOO_LARGE"
  /** Too much waits to be sent already. */
  | "SEND_QUEUE_FULL"
  /** The client was closed. */
  | "CLIENT_CLOSED";

/** Raised by the relay client. Its message can quote the relay, so it is to be shown escaped. */
export class RelayClientError extends HushcastError {
  /**
   * Makes an error.
   *
   * @param code What went wrong.
   * @param message One line.
   * @param options `cause` when another error is wrapped.
   */
  constructor(
    override readonly code: RelayClientErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
