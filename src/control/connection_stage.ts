import type { ConnectionOutput } from "./connection_output.ts";

/** How long a reader that is owed replies may take nothing, milliseconds. */
export const STALL_TIMEOUT_MS = 30_000;

/** How long the last error line has to get through, milliseconds. */
export const ERROR_FLUSH_MS = 5_000;

/** How long everything has to get through when the server shuts down, milliseconds. */
export const SHUTDOWN_FLUSH_MS = 500;

/**
 * How long a closing connection still reads, and forgets, what the client sends, milliseconds.
 * Closing a socket with unread bytes resets it, and the client would lose our last lines.
 */
export const LINGER_MS = 2_000;

/**
 * Where a connection is in its life.
 *
 *     open ---quit, end of input, error, shutdown---> flushing ---> lingering ---> closed
 *
 * - `flushing`: no command is done any more, and what was said is still being written.
 * - `lingering`: everything was written, and what the client sends is read and forgotten.
 */
export type ConnectionStage =
  | { readonly stage: "open" }
  | {
    readonly stage: "flushing";
    readonly sinceMs: number;
    /** When it is closed whatever waits; without it, once the reader takes nothing for too long. */
    readonly deadlineMs: number | undefined;
    /** Whether it will be `lingering` before it is `closed`. */
    readonly lingers: boolean;
  }
  | { readonly stage: "lingering"; readonly deadlineMs: number }
  | { readonly stage: "closed" };

/**
 * When a connection is closed at once if nothing changes.
 *
 * @param stage Where it is.
 * @param output What it has to write.
 * @returns Monotonic milliseconds, or `undefined` for never.
 */
export function abortDeadlineMs(
  stage: ConnectionStage,
  output: ConnectionOutput,
): number | undefined {
  switch (stage.stage) {
    case "open":
      return output.stuckSinceMs === undefined ? undefined : output.stuckSinceMs + STALL_TIMEOUT_MS;
    case "flushing":
      return stage.deadlineMs ?? Math.max(stage.sinceMs, output.lastWriteMs) + STALL_TIMEOUT_MS;
    case "lingering":
      return stage.deadlineMs;
    case "closed":
      return undefined;
    default:
      return stage satisfies never;
  }
}
