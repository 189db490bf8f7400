import { HushcastError } from "../errors.ts";

/** What went wrong; a code never changes its meaning. */
export type DirectServerErrorCode =
  /** No key is kept for that client, so nothing can be encrypted for it. */
  | "NO_SUCH_CLIENT"
  /** The message needs more than 255 fragments. */
  | "MESSAGE_TOO_LARGE"
  /** The message reads as an ACK or a NACK, and the client could not tell the difference. */
  | "READS_AS_ANSWER"
  /** Too many messages wait to be sent. */
  | "SEND_QUEUE_FULL"
  /** The message could not be encrypted. */
  | "SEND_FAILED"
  /** The server has shut down. */
  | "SERVER_CLOSED"
  /** The kept RSA key can't be used. */
  | "KEY_FILE"
  /** The kept client keys can't be used. */
  | "CLIENTS_FILE";

/** Raised by a direct server for what its user asked of it. */
export class DirectServerError extends HushcastError {
  /**
   * Makes an error.
   *
   * @param code What went wrong.
   * @param message What failed, then actual against expected.
   * @param options `cause` when another error is wrapped.
   */
  constructor(
    override readonly code: DirectServerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Makes the error of what can't be sent any more. */
export function serverClosed(): DirectServerError {
  return new DirectServerError("SERVER_CLOSED", "Cannot send: the server has shut down");
}
