import type { CommandReply } from "./command.ts";
import type { RequestLabel } from "./command_request.ts";
import type { ControlEvent } from "./control_event.ts";
import type { LogEntry } from "./log_source.ts";
import { OUTPUT_FORMATS, type OutputFormat, type OutputMode } from "./output_format.ts";
import { OutputQueue, type StreamLimits } from "./output_queue.ts";
import type { ToldError } from "./told_error.ts";

/** No further command is done while more bytes of replies than this wait. */
export const MAX_WAITING_REPLY_BYTES = 256 << 10;

/** What one connection writes: words what it is told in the connection's mode, and queues it. */
export class ConnectionOutput {
  /** The mode in which the next line is written; what waits stays as it is. */
  mode: OutputMode = "text";
  readonly #queue: OutputQueue;
  #lastWriteMs: number;
  #fullSinceMs: number | undefined;

  /**
   * Makes an output in text mode with nothing to write.
   *
   * @param limits Bounds of the stream lines that wait.
   * @param nowMs Monotonic time.
   */
  constructor(limits: StreamLimits, nowMs: number) {
    this.#queue = new OutputQueue(limits);
    this.#lastWriteMs = nowMs;
  }

  /** Whether so many bytes of replies wait that no command should be done. */
  get isFull(): boolean {
    return this.#queue.replyBytes > MAX_WAITING_REPLY_BYTES;
  }

  /** Since when it is full and the reader took nothing, monotonic milliseconds, if it is full. */
  get stuckSinceMs(): number | undefined {
    if (this.#fullSinceMs === undefined) return undefined;
    return Math.max(this.#fullSinceMs, this.#lastWriteMs);
  }

  /** When the reader last took something, monotonic milliseconds. */
  get lastWriteMs(): number {
    return this.#lastWriteMs;
  }

  /** Whether everything was written. */
  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /** Queues a line as it is, never to be lost. */
  line(text: string, nowMs: number): void {
    this.#push([text], nowMs);
  }

  /** Queues the reply to a command. */
  reply(request: RequestLabel, reply: CommandReply, nowMs: number): void {
    this.#push(this.#format.reply(request, reply), nowMs);
  }

  /**
   * Queues an error.
   *
   * @param request The command that failed, or `undefined` when none did.
   * @param error What is told of it.
   * @param nowMs Monotonic time.
   */
  error(request: RequestLabel | undefined, error: ToldError, nowMs: number): void {
    this.#push([this.#format.error(request, error.code, error.message)], nowMs);
  }

  /** Queues a log line; it, or an older one, may be lost. */
  log(entry: LogEntry): void {
    this.#queue.pushStream(this.#format.log(entry), this.#format.describeLoss);
  }

  /** Queues an event if the mode has such; it, or an older one, may be lost. */
  event(event: ControlEvent): void {
    const line = this.#format.event(event);
    if (line !== undefined) this.#queue.pushStream(line, this.#format.describeLoss);
  }

  /** Gives the next bytes to write; see `OutputQueue.peek`. */
  peek(): Uint8Array | undefined {
    return this.#queue.peek();
  }

  /** Removes `bytes` bytes, which the reader's side took at `nowMs`. */
  written(bytes: number, nowMs: number): void {
    this.#queue.written(bytes);
    this.#lastWriteMs = nowMs;
    if (!this.isFull) this.#fullSinceMs = undefined;
  }

  #push(lines: readonly string[], nowMs: number): void {
    this.#queue.pushReply(lines);
    if (this.isFull) this.#fullSinceMs ??= nowMs;
  }

  get #format(): OutputFormat {
    return OUTPUT_FORMATS[this.mode];
  }
}
