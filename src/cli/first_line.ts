import { concat } from "@std/bytes";
import { LineTooLongError } from "./read_lines.ts";

const LINE_FEED = 0x0a;

/** The first line of some input, and what follows. */
export interface FirstLine {
  /** The line without its line feed, in an array of its own; all there is when nothing ends it. */
  readonly line: Uint8Array;
  /** The bytes behind the line feed, as they come. */
  readonly rest: ReadableStream<Uint8Array>;
}

/**
 * Takes the first line off some input.
 *
 * @param source The bytes; taken over.
 * @param maxBytes Most bytes in the line.
 * @param signal Ends the wait for the line.
 * @returns The line, as soon as it is there, and the rest.
 * @throws {LineTooLongError} If there is no line feed within the bound.
 * @throws {unknown} The reason of the signal when it aborts.
 */
export async function takeFirstLine(
  source: ReadableStream<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<FirstLine> {
  signal.throwIfAborted();
  const reader = source.getReader();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    const read = () => Promise.race([reader.read(), aborted.promise]);
    const { line, behind } = await readLine(read, maxBytes);
    return { line, rest: restOf(behind, reader) };
  } catch (error) {
    await reader.cancel(); // a read that still waits for a key to be pressed ends with it
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

async function readLine(
  read: () => Promise<ReadableStreamReadResult<Uint8Array>>,
  maxBytes: number,
): Promise<{ line: Uint8Array; behind: Uint8Array }> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await read();
    if (done) return { line: concat(parts), behind: new Uint8Array() };
    const end = value.indexOf(LINE_FEED);
    const part = end < 0 ? value : value.subarray(0, end);
    bytes += part.byteLength;
    if (bytes > maxBytes) {
      throw new LineTooLongError(`Cannot read line: it is longer than ${maxBytes} bytes`);
    }
    parts.push(part.slice());
    if (end >= 0) return { line: concat(parts), behind: value.slice(end + 1) };
  }
}

function restOf(
  behind: Uint8Array,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (behind.byteLength > 0) controller.enqueue(behind);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => reader.cancel(),
  }, { highWaterMark: 0 });
}
