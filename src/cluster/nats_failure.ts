import {
  AuthorizationError,
  PermissionViolationError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from "@nats-io/transport-node";

/**
 * Whether NATS answered, but does not let us in or do something. Trying again is of no use then.
 *
 * @param error What the library threw.
 */
export function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return [error, cause].some((reason) =>
    reason instanceof AuthorizationError || reason instanceof PermissionViolationError ||
    reason instanceof UserAuthenticationExpiredError
  );
}

/**
 * Says for people why NATS could not be reached or did not do as asked.
 *
 * @param error What the library threw.
 */
export function failureReason(error: unknown): string {
  if (error instanceof TimeoutError) return "no answer";
  if (!(error instanceof Error)) return String(error ?? "connection closed");
  return error.message || error.name;
}
