// `BadResource` and `Interrupted` come when this side closed the socket.
const CONNECTION_LOSSES = [
  Deno.errors.BadResource,
  Deno.errors.BrokenPipe,
  Deno.errors.ConnectionAborted,
  Deno.errors.ConnectionReset,
  Deno.errors.Interrupted,
  Deno.errors.NotConnected,
  Deno.errors.TimedOut,
  Deno.errors.UnexpectedEof,
];

/**
 * Tells the end of a TCP connection, by either side or by the network, from other errors.
 *
 * @param error What a read, a write or another operation of the connection threw.
 * @returns Whether the connection is simply over.
 */
export function isConnectionLoss(error: unknown): boolean {
  return CONNECTION_LOSSES.some((loss) => error instanceof loss);
}
