import { concat } from "@std/bytes";
import { Deque } from "../session/deque.ts";

/** Bounds of the log lines and events that wait for one connection (PROTOCOL 1.9). */
export interface StreamLimits {
  /** How many lines may wait. */
  readonly maxLines: number;
  /** How many bytes they may have in UTF-8, with their ends. */
  readonly maxBytes: number;
}

/** The bounds unless configured otherwise. */
export const DEFAULT_STREAM_LIMITS: StreamLimits = { maxLines: 1_000, maxBytes: 1 << 20 };

/** About how much is handed over for one write, bytes. */
export const OUTPUT_CHUNK_BYTES = 64 << 10;

/**
 * Words the line that stands where lines were lost.
 *
 * @param count How many, 1 or more.
 * @returns One line without its end.
 */
export type DescribeLoss = (count: number) => string;

interface Reply {
  readonly kind: "reply";
  unsent: Uint8Array;
}

// Lines are only ever lost from the front of the oldest run that still has some, so a count at the
// front of each run is enough to say where.
interface StreamRun {
  readonly kind: "stream";
  readonly describeLoss: DescribeLoss;
  readonly lines: Deque<string>;
  lost: number;
}

/**
 * What waits to be written to one connection, in order.
 *
 * Stream lines (log lines and events) are bounded: past a bound the oldest is lost, and the reader
 * finds a line there that says how many. Replies are never lost; who asks for them has to stop
 * when `replyBytes` grows.
 */
export class OutputQueue {
  readonly #limits: StreamLimits;
  readonly #encoder = new TextEncoder();
  readonly #segments = new Deque<Reply | StreamRun>();
  // Exactly those runs of #segments that hold lines, oldest first.
  readonly #runs = new Deque<StreamRun>();
  #chunk = new Uint8Array(0);
  #streamLines = 0;
  #streamBytes = 0;
  #replyBytes = 0;

  /**
   * Makes an empty queue.
   *
   * @param limits Bounds of the stream lines.
   */
  constructor(limits: StreamLimits = DEFAULT_STREAM_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes of replies that wait behind the chunk being written. */
  get replyBytes(): number {
    return this.#replyBytes;
  }

  /** Bytes of stream lines that wait behind the chunk being written. */
  get streamBytes(): number {
    return this.#streamBytes;
  }

  /** Whether everything was written. */
  get isEmpty(): boolean {
    return this.#chunk.byteLength === 0 && this.#segments.size === 0;
  }

  /**
   * Adds a reply, which is never lost.
   *
   * @param lines Its lines, without their ends.
   */
  pushReply(lines: readonly string[]): void {
    const unsent = this.#encoder.encode(lines.map((line) => `${line}\n`).join(""));
    this.#segments.push({ kind: "reply", unsent });
    this.#replyBytes += unsent.byteLength;
  }

  /**
   * Adds a log line or an event, at the cost of the oldest ones when there is no room.
   *
   * @param line The line, without its end.
   * @param describeLoss How its reader is told, should it be lost.
   */
  pushStream(line: string, describeLoss: DescribeLoss): void {
    const run = this.#openRun(describeLoss);
    if (run.lines.size === 0) this.#runs.push(run);
    // Kept as text: many queues then share one string, and what is lost was never encoded.
    run.lines.push(line);
    this.#streamLines++;
    this.#streamBytes += encodedBytes(line);
    while (this.#isPastLimits()) this.#loseOldest();
  }

  /**
   * Gives the next bytes to write.
   *
   * @returns Bytes that stay valid until `written` is called, or `undefined` when there are none.
   */
  peek(): Uint8Array | undefined {
    if (this.#chunk.byteLength === 0) this.#chunk = this.#nextChunk();
    return this.#chunk.byteLength === 0 ? undefined : this.#chunk;
  }

  /**
   * Removes what was written.
   *
   * @param bytes How many bytes of what `peek` gave.
   */
  written(bytes: number): void {
    this.#chunk = this.#chunk.subarray(bytes);
  }

  #openRun(describeLoss: DescribeLoss): StreamRun {
    const last = this.#segments.last;
    if (last?.kind === "stream" && last.describeLoss === describeLoss) return last;
    const run: StreamRun = { kind: "stream", describeLoss, lines: new Deque(), lost: 0 };
    this.#segments.push(run);
    return run;
  }

  #isPastLimits(): boolean {
    return this.#streamLines > this.#limits.maxLines || this.#streamBytes > this.#limits.maxBytes;
  }

  #loseOldest(): void {
    const run = this.#runs.first;
    if (run === undefined) return;
    this.#takeLine(run);
    run.lost++;
  }

  #takeLine(run: StreamRun): string | undefined {
    const line = run.lines.shift();
    if (line === undefined) return undefined;
    this.#streamLines--;
    this.#streamBytes -= encodedBytes(line);
    if (run.lines.size === 0) this.#runs.shift();
    return line;
  }

  #nextChunk(): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array[] = [];
    let room = OUTPUT_CHUNK_BYTES;
    for (let segment = this.#segments.first; segment && room > 0; segment = this.#segments.first) {
      const part = segment.kind === "reply"
        ? this.#takeReplyBytes(segment, room)
        : this.#takeFromRun(segment, room);
      if (part === undefined) {
        this.#segments.shift();
        continue;
      }
      parts.push(part);
      room -= part.byteLength;
    }
    return concat(parts);
  }

  #takeReplyBytes(reply: Reply, room: number): Uint8Array | undefined {
    if (reply.unsent.byteLength === 0) return undefined;
    const part = reply.unsent.subarray(0, room);
    reply.unsent = reply.unsent.subarray(part.byteLength);
    this.#replyBytes -= part.byteLength;
    return part;
  }

  #takeFromRun(run: StreamRun, room: number): Uint8Array | undefined {
    let text = run.lost === 0 ? "" : `${run.describeLoss(run.lost)}\n`;
    run.lost = 0;
    while (text.length < room) {
      const line = this.#takeLine(run);
      if (line === undefined) break;
      text += `${line}\n`;
    }
    return text === "" ? undefined : this.#encoder.encode(text);
  }
}

/** How many bytes a line takes in UTF-8, its end included. */
function encodedBytes(line: string): number {
  let bytes = line.length + 1;
  for (let i = 0; i < line.length; i++) {
    const unit = line.charCodeAt(i);
    // Two units of a surrogate pair make four bytes, any other unit one to three.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit & 0xf800) === 0xd800 ? 1 : 2;
  }
  return bytes;
}
