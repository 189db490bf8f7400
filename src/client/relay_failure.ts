import { type RegistrationRejected, RejectionCode } from "../wire/registration_rejected.ts";
import { RelayClientError } from "./relay_client_error.ts";
import { RelayRefusalError } from "./relay_refusal_error.ts";
import { type RelayTarget, targetName } from "./relay_target.ts";

/** Longest part of a relay's own words that an error quotes, in UTF-16 code units. */
const MAX_QUOTED_LENGTH = 200;

const REFUSALS: ReadonlyMap<number, string> = new Map([
  [RejectionCode.AUTHENTICATION_REQUIRED, "it asks for an admission token"],
  [RejectionCode.AUTHENTICATION_FAILED, "it does not know the admission token, or no longer"],
  [RejectionCode.RELAY_FULL, "it is full"],
  [RejectionCode.BANNED, "this client is banned"],
  [RejectionCode.KEY_UNUSABLE, "it could not use the key, several times"],
  [RejectionCode.NAME_TAKEN, "the name is taken or not allowed"],
  [RejectionCode.REPLAYED, "it takes the registration for a stale or replayed one"],
]);

/** Of these the relay's own words say no more than we do. */
const PLAIN_REFUSALS: ReadonlySet<number> = new Set([
  RejectionCode.AUTHENTICATION_REQUIRED,
  RejectionCode.AUTHENTICATION_FAILED,
  RejectionCode.BANNED,
]);

/** What is known about a registration that was not answered in time. */
export interface AdmissionTimeout {
  /** How far the relay's clock is ahead, seconds, if that is why its tokens were dropped. */
  readonly skewSeconds: number | undefined;
  /** Why an answer with a public key could not be used, if one came. */
  readonly unusableReason: string | undefined;
  /** Whether the relay gave its public key and then fell silent. */
  readonly hasAnswered: boolean;
}

/**
 * The error for a relay that refused.
 *
 * @param target Where the relay was asked for.
 * @param rejection What it said; its words are quoted.
 */
export function refusalError(
  target: RelayTarget,
  { reason, text }: RegistrationRejected,
): RelayClientError {
  const why = REFUSALS.get(reason) ?? `reason ${reason}`;
  const isPlain = text === "" || PLAIN_REFUSALS.has(reason);
  const words = isPlain ? "" : ` (relay: ${text.slice(0, MAX_QUOTED_LENGTH)})`;
  const message = `Cannot register with relay ${nameOf(target)}: ${why}${words}`;
  return new RelayRefusalError(reason, message);
}

/**
 * The error for a relay that did not answer in time.
 *
 * @param target Where the relay was asked for.
 * @param timeout What is known.
 */
export function timeoutError(target: RelayTarget, timeout: AdmissionTimeout): RelayClientError {
  const { skewSeconds, unusableReason, hasAnswered } = timeout;
  if (skewSeconds !== undefined) {
    const message = `Cannot register with relay ${nameOf(target)}: ${clockSkewText(skewSeconds)}`;
    return new RelayClientError("CLOCK_SKEW", message);
  }
  const why = hasAnswered
    ? "it gave its public key, then fell silent"
    : unusableReason === undefined
    ? "no answer"
    : `no answer that can be used (${unusableReason})`;
  return new RelayClientError("RELAY_UNREACHABLE", `Cannot reach relay ${nameOf(target)}: ${why}`);
}

/**
 * Says that the clock of the relay is not that of this machine.
 *
 * @param skewSeconds How far it is ahead, seconds; negative for behind.
 */
export function clockSkewText(skewSeconds: number): string {
  const direction = skewSeconds > 0 ? "ahead of" : "behind";
  return `its clock is ${Math.abs(skewSeconds)} s ${direction} this one's`;
}

/**
 * The error for several relays of which none took this client in.
 *
 * @param errors The last one of each relay that was tried, in the order in which the user named them.
 * @returns The first that says more than that nobody answered, else one that names all.
 */
export function noRelayError(errors: readonly RelayClientError[]): RelayClientError {
  const telling = errors.find(({ code }) => code !== "RELAY_UNREACHABLE");
  if (telling !== undefined) return telling;
  const reasons = errors.map(({ message }) => message.replace("Cannot reach relay ", ""));
  return new RelayClientError(
    "RELAY_UNREACHABLE",
    `Cannot reach any relay: ${reasons.join("; ")}`,
  );
}

/**
 * Adds to the error for a relay that was not reached that nothing could be sent to it.
 *
 * @param error Any error of the client; one with another code is left as it is.
 * @param sendFailure What the system said to the last datagram that it refused, if it did.
 */
export function explainUnreachable(
  error: RelayClientError,
  sendFailure: unknown,
): RelayClientError {
  if (error.code !== "RELAY_UNREACHABLE" || sendFailure === undefined) return error;
  const reason = sendFailure instanceof Error ? sendFailure.message : String(sendFailure);
  return new RelayClientError(error.code, `${error.message}; sending failed: ${reason}`, {
    cause: sendFailure,
  });
}

/**
 * The error for a relay that ended the session for good.
 *
 * @param reason In the relay's words, or empty.
 */
export function disconnectedError(reason: string): RelayClientError {
  const words = reason === "" ? "" : `: ${reason.slice(0, MAX_QUOTED_LENGTH)}`;
  return new RelayClientError("DISCONNECTED", `The relay ended the session${words}`);
}

/**
 * The error for messages of which nobody knows whether the relay had them.
 *
 * @param why What happened to the relay.
 */
export function unconfirmedError(why: string): RelayClientError {
  return new RelayClientError("RELAY_LOST", `Cannot confirm that messages arrived: ${why}`);
}

/**
 * The error for messages that were sent as often as they may be, and never acknowledged.
 *
 * @param count How many.
 */
export function notAcknowledgedError(count: number): RelayClientError {
  const messages = count === 1 ? "1 message" : `${count} messages`;
  return new RelayClientError(
    "NOT_ACKNOWLEDGED",
    `Cannot confirm that messages arrived: the relay did not acknowledge ${messages}`,
  );
}

function nameOf({ kind, endpoint }: RelayTarget): string {
  return targetName(kind, endpoint);
}
