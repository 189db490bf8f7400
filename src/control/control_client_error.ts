import { HushcastError } from "../errors.ts";

/**
 * Why a client of the control port cannot go on.
 *
 * - `CONTROL_UNREACHABLE`: no connection, or no greeting in time.
 * - `CONTROL_UNTRUSTED`: it speaks no TLS, or its certificate is not vouched for or for another host.
 * - `CONTROL_NOT_SPOKEN`: what listens there is no hushcast control port of this version.
 * - `CONTROL_REFUSED`: the server wants a token, or another one, or has no place free.
 * - `CONTROL_LOST`: the connection ended while something was still expected.
 * - `CONTROL_COMMAND_TOO_LONG`: a command does not fit one line; nothing was sent.
 */
export type ControlClientErrorCode =
  | "CONTROL_UNREACHABLE"
  | "CONTROL_UNTRUSTED"
  | "CONTROL_NOT_SPOKEN"
  | "CONTROL_REFUSED"
  | "CONTROL_LOST"
  | "CONTROL_COMMAND_TOO_LONG";

/** Raised by clients of the control port. */
export class ControlClientError extends HushcastError {
  /** Why. */
  readonly code: ControlClientErrorCode;
  /** With `CONTROL_REFUSED`, the code that the server gave, such as `AUTH_REQUIRED`. */
  readonly serverCode: string | undefined;

  /**
   * Makes the error.
   *
   * @param code Why.
   * @param message One line for a person.
   * @param options `cause` when another error is wrapped; `serverCode` as above.
   */
  constructor(
    code: ControlClientErrorCode,
    message: string,
    options: ErrorOptions & { readonly serverCode?: string } = {},
  ) {
    super(message, options);
    this.code = code;
    this.serverCode = options.serverCode;
  }
}
