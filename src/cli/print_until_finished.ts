import type { DirectMessage } from "../direct/direct_effects.ts";
import { type StoppableServer, untilFinished } from "./until_finished.ts";

/** A server whose messages are printed. */
export interface MessageServer extends StoppableServer {
  /** Messages as they come; they end with the server. */
  messages(): AsyncIterable<DirectMessage>;
}

/** Where messages are printed. */
export interface MessageOutput {
  /** Rejects when something else than a message can't be printed. */
  readonly broken: Promise<never>;
  /** Prints a message, and waits until that is done. */
  message(message: DirectMessage): Promise<void>;
}

/** When printing ends. */
export interface PrintOptions {
  /** After so many messages; `undefined` for no end. */
  readonly count: number | undefined;
  /** Begins the server's clean shutdown. */
  readonly signal: AbortSignal;
  /** Why it shuts down then, or when printing ends, in words for a person. */
  readonly reason: string;
  /** How long the reader may take for what was heard before the server ended, milliseconds. */
  readonly graceMs: number;
}

/**
 * Prints the messages of a server until one of both ends, and then ends the other.
 *
 * A message is taken from the server only when the one before is printed, so that a slow reader
 * slows down the senders.
 *
 * @param server The server.
 * @param output Where messages are printed.
 * @param options When to end.
 * @returns Whether everything that the server had taken was printed; if not, its reader has stopped
 *   reading.
 * @throws {OutputClosedError} If the reader is gone.
 * @throws {unknown} What made the server end otherwise than by its shutdown.
 */
export async function printUntilFinished(
  server: MessageServer,
  output: MessageOutput,
  { count, signal, reason, graceMs }: PrintOptions,
): Promise<boolean> {
  const printing = Promise.race([printMessages(server, output, count), output.broken])
    .finally(() => server.shutdown(reason));
  // Whether it failed is looked at when the server has ended.
  printing.catch(() => undefined);
  await untilFinished(server, reason, signal);
  return await isDoneIn(graceMs, printing);
}

async function printMessages(
  server: MessageServer,
  output: MessageOutput,
  count = Infinity,
): Promise<void> {
  let printed = 0;
  for await (const message of server.messages()) {
    await output.message(message);
    printed++;
    if (printed >= count) return;
  }
}

async function isDoneIn(milliseconds: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => late.resolve(false), milliseconds);
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
