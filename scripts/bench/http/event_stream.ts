import type { FeedEvent } from "../../../src/watch/feed_event.ts";
import { inTime } from "../../child_process.ts";

/** Between two events. */
const END = "\n\n";

const EVENT = /^event: (\w+)\ndata: (.*)$/;

/** An event as it came. */
export interface StreamedEvent {
  readonly type: string;
  /** JSON, not read yet: only some of it is wanted. */
  readonly data: string;
  /** On the wire. */
  readonly bytes: number;
}

/** A reader of `/events`, as a browser is one. */
export class EventStream implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #bytes = 0;

  private constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /**
   * Begins to read.
   *
   * @param url Of the dashboard, with a slash behind.
   * @throws {Error} If the server does not let it.
   */
  static async open(url: string): Promise<EventStream> {
    const response = await fetch(`${url}events`);
    if (response.ok && response.body !== null) return new EventStream(response.body);
    await response.body?.cancel();
    throw new Error(`Cannot measure: /events answers ${response.status}`);
  }

  /** All that came so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Reads up to the next event of a type, and passes over others.
   *
   * @param type Which.
   * @param patienceMs How long at most, milliseconds.
   * @throws {Error} If none comes in time, or the stream ends.
   */
  async next(type: FeedEvent["type"], patienceMs: number): Promise<StreamedEvent> {
    const late = () => new Error(`Cannot measure: no event ${type} in ${patienceMs} ms`);
    return await inTime(this.#find(type), patienceMs, late);
  }

  /** Reads no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel();
  }

  async #find(type: string): Promise<StreamedEvent> {
    for (;;) {
      const event = this.#take();
      if (event?.type === type) return event;
      if (event === undefined) await this.#read();
    }
  }

  /** What stands whole in `#rest`; the head of the stream, which is no event, has another form. */
  #take(): StreamedEvent | undefined {
    const end = this.#rest.indexOf(END);
    if (end < 0) return undefined;
    const text = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + END.length);
    const [, type = "", data = ""] = EVENT.exec(text) ?? [];
    return { type, data, bytes: new TextEncoder().encode(text).byteLength + END.length };
  }

  async #read(): Promise<void> {
    const { done, value } = await this.#reader.read();
    if (done) throw new Error("Cannot measure: /events has ended");
    this.#bytes += value.byteLength;
    this.#rest += this.#decoder.decode(value, { stream: true });
  }
}
