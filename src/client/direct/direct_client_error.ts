import { HushcastError } from "../../errors.ts";

/** What can go wrong for a direct client; a code never changes its meaning. */
export type DirectClientErrorCode =
  /** The server's host name has no address. */
  | "HOST_NOT_FOUND"
  /** No key, or no ACK, came in time. */
  | "SERVER_SILENT"
  /** The server has another key than the pinned one. */
  | "SERVER_KEY_MISMATCH"
  /** What the server gave as its key can't be used. */
  | "SERVER_KEY_UNUSABLE"
  /** The message is longer than the limit in use. */
  | "MESSAGE_TOO_LARGE"
  /** The client was closed. */
  | "CLIENT_CLOSED";

/** Raised by the direct client. */
export class DirectClientError extends HushcastError {
  /**
   * Makes an error.
   *
   * @param code What went wrong.
   * @param message One line.
   * @param options `cause` when another error is wrapped.
   */
  constructor(
    override readonly code: DirectClientErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
