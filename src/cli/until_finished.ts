/** A server as far as it can be ended. */
export interface StoppableServer {
  /** Resolves when it has shut down; rejects with what made it end otherwise. */
  readonly finished: Promise<void>;
  /** Begins the clean shutdown, and returns at once; twice is safe. */
  shutdown(reason: string): void;
}

/**
 * Waits until a server has shut down, which a signal of the process begins.
 *
 * @param server The server.
 * @param reason Why it shuts down at the signal, in words for a person.
 * @param signal The signal.
 * @throws {unknown} What made the server end otherwise.
 */
export async function untilFinished(
  server: StoppableServer,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const stop = () => server.shutdown(reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await server.finished;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
