import { RelayClientError, type RelayClientErrorCode } from "../client/relay_client_error.ts";
import { RelayIdentityError } from "../client/relay_identity_error.ts";
import { RelayRefusalError } from "../client/relay_refusal_error.ts";
import { RejectionCode } from "../wire/registration_rejected.ts";
import { EXIT_CODE } from "./exit_code.ts";
import { ExitCodeError } from "./exit_code_error.ts";

/** Failures of the client itself; all others mean that the relay was not reached, or refused. */
const OWN_FAILURES: readonly RelayClientErrorCode[] = [
  "MESSAGE_TOO_LARGE",
  "SEND_QUEUE_FULL",
  "CLIENT_CLOSED",
];

/** What a person who was refused can do, where there is something. */
const WAYS_OUT: ReadonlyMap<number, string> = new Map([
  [RejectionCode.AUTHENTICATION_REQUIRED, "give yours with --token-file, or use --join-file"],
  [RejectionCode.AUTHENTICATION_FAILED, "it may be revoked or expired: ask for a new one"],
  [RejectionCode.BANNED, "only the operator of the relay can lift that"],
  [RejectionCode.NAME_TAKEN, "take another --name, or the one that your token was made for"],
  [RejectionCode.REPLAYED, "set the clocks: those of both machines have to agree within a minute"],
]);

/** What a person can look at whom no relay answers. */
const WAY_TO_THE_RELAY = "does it run, and do --relay, or --group and --interface, lead to it?";

/**
 * Gives a failure of the relay client its exit code, and a refusal or a changed identity the words
 * that lead out of it.
 *
 * @param error Anything that was thrown.
 * @returns An error with exit code 3 if the relay could not be reached or refused; else the same.
 */
export function clientFailure(error: unknown): unknown {
  if (!(error instanceof RelayClientError) || OWN_FAILURES.includes(error.code)) return error;
  return new ExitCodeError(EXIT_CODE.unreachable, explain(error), { cause: error });
}

function explain(error: RelayClientError): string {
  if (error instanceof RelayIdentityError) return explainIdentity(error);
  const wayOut = wayOutOf(error);
  return wayOut === undefined ? error.message : `${error.message}; ${wayOut}`;
}

function wayOutOf(error: RelayClientError): string | undefined {
  if (error instanceof RelayRefusalError) return WAYS_OUT.get(error.reason);
  return error.code === "RELAY_UNREACHABLE" ? WAY_TO_THE_RELAY : undefined;
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
