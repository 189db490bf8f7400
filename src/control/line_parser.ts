/** The longest line that a client may send, bytes without its LF or CRLF (PROTOCOL 1.9). */
export const MAX_LINE_BYTES = 4096;

const LF = 0x0a;
const CR = 0x0d;
const NOTHING = new Uint8Array(0);

/**
 * What the parser found next.
 *
 * - `line`: one line, without its end.
 * - `not_utf8`: a whole line whose bytes are not UTF-8; the next line is read as usual.
 * - `too_long`: a line past the bound. It is the last event: where such a line ends is of no use.
 */
export type LineEvent =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "not_utf8" }
  | { readonly kind: "too_long" };

/**
 * Cuts a byte stream into lines ended by LF or CRLF (PROTOCOL 1.9).
 *
 * Lines are pulled one at a time, so that a connection which is busy leaves them here instead of
 * queueing commands. It holds what was pushed and not yet pulled, and one unfinished line.
 */
export class LineParser {
  readonly #maxLineBytes: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #unread: Uint8Array = NOTHING;
  #line: Uint8Array = NOTHING;
  #lineBytes = 0;
  #isTooLong = false;

  /**
   * Makes a parser at the beginning of a stream.
   *
   * @param maxLineBytes The longest line taken, bytes without its end.
   */
  constructor(maxLineBytes: number = MAX_LINE_BYTES) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Whether everything pushed was looked at: an unfinished line may still be held. */
  get isDrained(): boolean {
    return this.#unread.byteLength === 0;
  }

  /**
   * Takes the next bytes of the stream.
   *
   * @param chunk Any bytes; they are copied.
   */
  push(chunk: Uint8Array): void {
    if (this.#isTooLong) return;
    const unread = new Uint8Array(this.#unread.byteLength + chunk.byteLength);
    unread.set(this.#unread);
    unread.set(chunk, this.#unread.byteLength);
    this.#unread = unread;
  }

  /**
   * Takes the next event out.
   *
   * @returns The event, or `undefined` when it needs more bytes.
   */
  next(): LineEvent | undefined {
    const end = this.#unread.indexOf(LF);
    const isWhole = end >= 0;
    const part = isWhole ? this.#unread.subarray(0, end) : this.#unread;
    this.#unread = isWhole ? this.#unread.subarray(end + 1) : NOTHING;
    const lastByte = part.at(-1) ?? this.#line[this.#lineBytes - 1];
    const gotBytes = this.#lineBytes + part.byteLength;
    // A trailing CR counts only when no LF can follow it any more.
    if (gotBytes - (lastByte === CR ? 1 : 0) > this.#maxLineBytes) return this.#refuse();
    this.#append(part);
    return isWhole ? this.#finish() : undefined;
  }

  #refuse(): LineEvent {
    this.#isTooLong = true;
    this.#unread = NOTHING;
    this.#line = NOTHING;
    this.#lineBytes = 0;
    return { kind: "too_long" };
  }

  #append(part: Uint8Array): void {
    const wantBytes = this.#lineBytes + part.byteLength;
    if (wantBytes > this.#line.byteLength) {
      const grown = new Uint8Array(Math.min(wantBytes * 2, this.#maxLineBytes + 1));
      grown.set(this.#line.subarray(0, this.#lineBytes));
      this.#line = grown;
    }
    this.#line.set(part, this.#lineBytes);
    this.#lineBytes = wantBytes;
  }

  #finish(): LineEvent {
    const endsInCr = this.#line[this.#lineBytes - 1] === CR;
    const line = this.#line.subarray(
      0,
      this.#lineBytes - (this.#lineBytes > 0 && endsInCr ? 1 : 0),
    );
    this.#lineBytes = 0;
    try {
      return { kind: "line", text: this.#decoder.decode(line) };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { kind: "not_utf8" };
    }
  }
}
