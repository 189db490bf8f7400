import { concat } from "@std/bytes";
import { Deque } from "../../session/deque.ts";
import { encodeEvent, encodeEventJson } from "./event_text.ts";

/** Once so many bytes wait for a reader, it gets nothing new. */
export const MAX_BACKLOG_BYTES = 256 << 10;

/** A reader that takes nothing of what waits for it for so long is cut off, milliseconds. */
export const READER_TIMEOUT_MS = 30_000;

/** How much is handed over for one write, bytes: so closely it shows what a reader takes. */
const CHUNK_BYTES = 64 << 10;

/**
 * What waits for one reader of `/events`.
 *
 *     open --end()--> ending --all was taken--> ended
 *       \----------------\----cut()------------> ended
 */
export class EventReader {
  readonly #waiting = new Deque<Uint8Array>();
  // What is left of an event of which a part was handed over.
  #rest: Uint8Array | undefined;
  #state: "open" | "ending" | "ended" = "open";
  #backlogBytes = 0;
  #takenBytes = 0;
  #lostLogLines = 0;
  #movedAtMs: number;
  #wake: () => void = () => undefined;

  /**
   * Makes a reader.
   *
   * @param opening What it is told first, whatever its size.
   * @param nowMs Monotonic time.
   */
  constructor(opening: readonly Uint8Array[], nowMs: number) {
    this.#movedAtMs = nowMs;
    for (const bytes of opening) this.#push(bytes);
  }

  /** Whether more is to come. */
  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** Whether nothing will be handed over any more. */
  get isEnded(): boolean {
    return this.#state === "ended";
  }

  /** Bytes that wait, and those that are being written. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  /**
   * Tells who writes to the reader of news.
   *
   * @param wake Called whenever `take` may have something to give, or the reader has ended.
   */
  attach(wake: () => void): void {
    this.#wake = wake;
    wake();
  }

  /**
   * Queues an event.
   *
   * @param bytes The event; nobody changes them from now on.
   * @returns Whether there was room for it.
   */
  send(bytes: Uint8Array): boolean {
    this.#tellOfLoss();
    if (!this.#hasRoom) return false;
    this.#push(bytes);
    return true;
  }

  /**
   * Queues a line of the log, or counts it as lost.
   *
   * @param json The line.
   */
  log(json: string): void {
    if (!this.send(encodeEventJson("log", json)) && this.isOpen) this.#lostLogLines++;
  }

  /**
   * Hands over what is to be written next.
   *
   * @returns At most 64 KiB; `undefined` when nothing waits, or while what was handed over before is
   *   not written yet.
   */
  take(): Uint8Array | undefined {
    if (this.isEnded || this.#takenBytes > 0) return undefined;
    const parts: Uint8Array[] = [];
    while (this.#takenBytes < CHUNK_BYTES) {
      const part = this.#takeUpTo(CHUNK_BYTES - this.#takenBytes);
      if (part === undefined) break;
      parts.push(part);
      this.#takenBytes += part.byteLength;
    }
    return parts.length === 0 ? undefined : concat(parts);
  }

  /**
   * What was handed over is written.
   *
   * @param nowMs Monotonic time.
   */
  written(nowMs: number): void {
    this.#backlogBytes -= this.#takenBytes;
    this.#takenBytes = 0;
    this.#movedAtMs = nowMs;
    if (this.#state === "ending" && this.#backlogBytes === 0) this.#state = "ended";
    this.#wake();
  }

  /**
   * Looks whether the reader still reads, and cuts it off if it does not. To be called each second.
   *
   * @param nowMs Monotonic time.
   */
  tick(nowMs: number): void {
    if (this.#backlogBytes === 0) this.#movedAtMs = nowMs;
    if (nowMs - this.#movedAtMs >= READER_TIMEOUT_MS) this.cut();
  }

  /**
   * Ends the stream behind what waits.
   *
   * @param farewell A last event, whether there is room for it or not.
   */
  end(farewell?: Uint8Array): void {
    if (!this.isOpen) return;
    if (farewell !== undefined) this.#push(farewell);
    this.#state = this.#backlogBytes === 0 ? "ended" : "ending";
    this.#wake();
  }

  /** Ends the stream at once. */
  cut(): void {
    this.#state = "ended";
    this.#wake();
  }

  get #hasRoom(): boolean {
    return this.isOpen && this.#backlogBytes < MAX_BACKLOG_BYTES;
  }

  #takeUpTo(maxBytes: number): Uint8Array | undefined {
    const bytes = this.#rest ?? this.#waiting.shift();
    this.#rest = bytes && bytes.byteLength > maxBytes ? bytes.subarray(maxBytes) : undefined;
    return bytes?.subarray(0, maxBytes);
  }

  #tellOfLoss(): void {
    if (this.#lostLogLines === 0 || !this.#hasRoom) return;
    this.#push(encodeEvent({ type: "log_dropped", data: { count: this.#lostLogLines } }));
    this.#lostLogLines = 0;
  }

  #push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#backlogBytes += bytes.byteLength;
    this.#wake();
  }
}
