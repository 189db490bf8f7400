import { HushcastError } from "../errors.ts";

/**
 * Why HTTP cannot be served.
 *
 * - `HTTP_TOKEN_REQUIRED`: others than this machine could connect, and there is no token.
 * - `HTTP_TLS_UNUSABLE`: certificate or private key can't be used, or don't belong together.
 * - `HTTP_ADDRESS_IN_USE`: another process listens there.
 * - `HTTP_LISTEN_FAILED`: anything else, such as an address of another machine.
 */
export type HttpListenErrorCode =
  | "HTTP_TOKEN_REQUIRED"
  | "HTTP_TLS_UNUSABLE"
  | "HTTP_ADDRESS_IN_USE"
  | "HTTP_LISTEN_FAILED";

/** Raised when HTTP cannot be served. */
export class HttpListenError extends HushcastError {
  /** Why. */
  readonly code: HttpListenErrorCode;

  /**
   * Makes the error.
   *
   * @param code Why.
   * @param message One line that names the address.
   * @param options `cause`, the system's error.
   */
  constructor(code: HttpListenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
