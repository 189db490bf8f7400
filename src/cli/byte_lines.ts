import { concat } from "@std/bytes";
import { LineTooLongError } from "./read_lines.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads lines as they come, byte for byte; LF and CRLF both end one.
 *
 * @param readable The bytes; cancelled when the caller stops early.
 * @param maxBytes Most bytes in a line, without its end.
 * @returns The lines without their ends, empty ones too, in arrays of their own; the last one also
 *   when nothing ends it.
 * @throws {LineTooLongError} If a line is longer than `maxBytes`.
 */
export async function* readByteLines(
  readable: ReadableStream<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array, void> {
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  for await (const chunk of readable) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield lineOf([...parts, chunk.subarray(start, end)], maxBytes);
      parts = [];
      partBytes = 0;
      start = end + 1;
    }
    parts.push(chunk.slice(start));
    partBytes += chunk.byteLength - start;
    // One more for a carriage return that may belong to the line's end.
    if (partBytes > maxBytes + 1) throw tooLong(maxBytes);
  }
  if (partBytes > 0) yield lineOf(parts, maxBytes);
}

function lineOf(parts: readonly Uint8Array[], maxBytes: number): Uint8Array {
  const line = concat([...parts]);
  const end = line.at(-1) === CARRIAGE_RETURN ? line.byteLength - 1 : line.byteLength;
  if (end > maxBytes) throw tooLong(maxBytes);
  return line.subarray(0, end);
}

function tooLong(maxBytes: number): LineTooLongError {
  return new LineTooLongError(`Cannot read line: it is longer than ${maxBytes} bytes`);
}
