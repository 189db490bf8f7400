/** Input that somebody else than its reader can end. */
export interface StoppableInput {
  /** The bytes; they end when the source ends or `stop` is called. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Ends `readable`, even while a read waits for a key to be pressed. */
  stop(): Promise<void>;
}

/**
 * Makes input that can be stopped.
 *
 * @param source Where the bytes come from; taken over.
 * @returns The input.
 */
export function stoppableInput(source: ReadableStream<Uint8Array>): StoppableInput {
  const reader = source.getReader();
  const readable = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => reader.cancel(),
  }, { highWaterMark: 0 });
  return { readable, stop: () => reader.cancel() };
}
