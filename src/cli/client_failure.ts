import { RelayClientError, type RelayClientErrorCode } from "../client/relay_client_error.ts";
import { RelayIdentityError } from "../client/relay_identity_error.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** Failures of the client itself; all others mean that the relay was not reached, or refused. */
const OWN_FAILURES: readonly RelayClientErrorCode[] = [
  "MESSAGE_TOO_LARGE",
  "SEND_QUEUE_FULL",
  "CLIENT_CLOSED",
];

/**
 * Gives a failure of the relay client its exit code, and an identity that has changed the words that
 * lead out of it.
 *
 * @param error Anything that was thrown.
 * @returns An error with exit code 3 if the relay could not be reached or refused; else the same.
 */
export function clientFailure(error: unknown): unknown {
  if (!(error instanceof RelayClientError) || OWN_FAILURES.includes(error.code)) return error;
  const message = error instanceof RelayIdentityError ? explainIdentity(error) : error.message;
  return new ExitCodeError(EXIT_CODE.unreachable, message, { cause: error });
}

function explainIdentity({ code, dispute }: RelayIdentityError): string {
  const { relay, expected, got, place } = dispute;
  const came = got === undefined ? "it proves none" : `it has ${got}`;
  if (place === undefined) {
    return `Refusing relay ${relay}: its identity must be ${expected}, and ${came}`;
  }
  const { path, lineNumber } = place;
  const change = code === "IDENTITY_MISSING" ? "" : "THE RELAY'S IDENTITY HAS CHANGED. ";
  return `Refusing relay ${relay}: ${change}It was ${expected}, and now ${came}. Someone may be ` +
    `posing as the relay. If you know why it has changed, delete line ${lineNumber} of ${path}`;
}
