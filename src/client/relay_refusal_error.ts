import { RelayClientError } from "./relay_client_error.ts";

/** Raised when a relay has refused the registration. */
export class RelayRefusalError extends RelayClientError {
  /**
   * Makes an error.
   *
   * @param reason The code of REGISTRATION_REJECTED; mostly one of `RejectionCode`, but relays may
   *   know others.
   * @param message One line.
   */
  constructor(readonly reason: number, message: string) {
    super("REGISTRATION_REFUSED", message);
  }
}
