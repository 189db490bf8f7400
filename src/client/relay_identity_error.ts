import { RelayClientError } from "./relay_client_error.ts";

/** Where an expected identity stands. */
export interface IdentityPlace {
  /** The file of known relays. */
  readonly path: string;
  /** The line, from 1. */
  readonly lineNumber: number;
}

/** What was expected of a relay, and what came. */
export interface IdentityDispute {
  /** How the user names the relay: `HOST:PORT` or `group IP:PORT`. */
  readonly relay: string;
  /** Fingerprint that the relay should have; several with `or` between, where any will do. */
  readonly expected: string;
  /** Fingerprint that it has; `undefined` when it proves none. */
  readonly got: string | undefined;
  /** Where the expectation comes from; `undefined` for a pin or for what was seen earlier in this run. */
  readonly place: IdentityPlace | undefined;
}

/** Raised when a relay is not the one that it was, or should be. */
export class RelayIdentityError extends RelayClientError {
  /**
   * Makes an error.
   *
   * @param code What is wrong with the identity.
   * @param dispute Expected against actual.
   */
  constructor(
    code: "IDENTITY_MISSING" | "IDENTITY_MISMATCH" | "IDENTITY_CHANGED",
    readonly dispute: IdentityDispute,
  ) {
    const { relay, expected, got } = dispute;
    super(code, `Cannot trust relay ${relay}: expected ${expected}, got ${got ?? "no identity"}`);
  }
}
