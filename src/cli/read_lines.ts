import { HushcastError } from "../errors.ts";

/** Raised when a line has no end within what one message may hold. */
export class LineTooLongError extends HushcastError {
  /** Stable name of this failure. */
  readonly code = "LINE_TOO_LONG";
}

/**
 * Reads lines of UTF-8 as they come; LF and CRLF both end one.
 *
 * @param readable The bytes; cancelled when the caller stops early.
 * @param maxLength Most UTF-16 code units in a line; a peer that sends no line feed is stopped here.
 * @returns The lines without their ends; the last one also when nothing ends it. Bytes that are not
 *   UTF-8 come as U+FFFD.
 * @throws {LineTooLongError} If a line is longer than `maxLength`.
 */
export async function* readLines(
  readable: ReadableStream<Uint8Array>,
  maxLength: number,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of readable) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield withoutReturn(line, maxLength);
    if (rest.length > maxLength + 1) throw tooLong(maxLength);
  }
  rest += decoder.decode();
  if (rest !== "") yield withoutReturn(rest, maxLength);
}

function withoutReturn(line: string, maxLength: number): string {
  const text = line.endsWith("\r") ? line.slice(0, -1) : line;
  if (text.length > maxLength) throw tooLong(maxLength);
  return text;
}

function tooLong(maxLength: number): LineTooLongError {
  return new LineTooLongError(`Cannot read line: it is longer than ${maxLength} characters`);
}
