/**
 * How the reason of a DISCONNECT begins when the relay shuts down and may come back. Any other
 * reason is about the client that it is sent to.
 */
export const SHUTDOWN_REASON = "relay is shutting down";

/**
 * The reason that clients are given at a clean shutdown.
 *
 * @param detail What the operator says to it; may be empty.
 */
export function shutdownReason(detail: string): string {
  const isPlain = detail === "" || detail === SHUTDOWN_REASON;
  return isPlain ? SHUTDOWN_REASON : `${SHUTDOWN_REASON}: ${detail}`;
}

/**
 * What the operator said to a shutdown.
 *
 * @param reason The reason of a DISCONNECT.
 * @returns The detail, empty if there was none; `undefined` when it is not about a shutdown.
 */
export function shutdownDetail(reason: string): string | undefined {
  if (!reason.startsWith(SHUTDOWN_REASON)) return undefined;
  return reason.slice(SHUTDOWN_REASON.length).replace(/^: ?/, "");
}
