/** Bounds of an `EventBuffer`. */
export interface EventBufferLimits {
  /** Events that wait for their reader. */
  readonly maxEvents: number;
  /** Bytes that these hold together. */
  readonly maxBytes: number;
}

interface Entry<Event> {
  readonly event: Event;
  readonly bytes: number;
}

/**
 * Events on their way to one reader, who may be slow: when a bound is passed the oldest are dropped,
 * and what the reader gets next is how many these were.
 */
export class EventBuffer<Event> {
  readonly #limits: EventBufferLimits;
  readonly #overflowEvent: (dropped: number) => Event;
  #entries: Entry<Event>[] = [];
  #first = 0;
  #bytes = 0;
  #dropped = 0;
  #end: { readonly error: unknown } | undefined;
  #hasReader = false;
  #wake: (() => void) | undefined;

  /** @param limits Its bounds. @param overflowEvent Makes the event that tells of dropped ones. */
  constructor(limits: EventBufferLimits, overflowEvent: (dropped: number) => Event) {
    this.#limits = limits;
    this.#overflowEvent = overflowEvent;
  }

  /** How many events wait. */
  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** What these hold together, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Adds an event; once the buffer has ended, nothing happens.
   *
   * @param event The event.
   * @param bytes What it holds; a single event may pass the bound.
   */
  push(event: Event, bytes: number): void {
    if (this.#end !== undefined) return;
    this.#entries.push({ event, bytes });
    this.#bytes += bytes;
    while (this.#isOverfull) {
      this.#shift();
      this.#dropped++;
    }
    this.#wake?.();
  }

  /**
   * Adds an event before all that wait; once the buffer has ended, nothing happens.
   *
   * @param event The event.
   * @param bytes What it holds.
   */
  pushFirst(event: Event, bytes: number): void {
    if (this.#end !== undefined) return;
    this.#entries = [{ event, bytes }, ...this.#entries.slice(this.#first)];
    this.#first = 0;
    this.#bytes += bytes;
    this.#wake?.();
  }

  /** Ends the buffer: its reader gets what waits, and then the end. */
  end(): void {
    this.#end ??= { error: undefined };
    this.#wake?.();
  }

  /** Ends the buffer: its reader gets what waits, and then the error. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  /**
   * Reads events as they come, and takes them out.
   *
   * @returns An iterator to be read by one reader; when he stops, another one may begin.
   * @throws {TypeError} When it is read while another one is.
   * @throws What `fail` was given, once everything before it has been read.
   */
  async *read(): AsyncGenerator<Event, void, void> {
    if (this.#hasReader) throw new TypeError("Cannot read events: they are being read already");
    this.#hasReader = true;
    try {
      while (true) {
        const event = this.#take();
        if (event !== undefined) yield event;
        else if (this.#end !== undefined) break;
        else await this.#more();
      }
      if (this.#end?.error !== undefined) throw this.#end.error;
    } finally {
      this.#hasReader = false;
    }
  }

  get #isOverfull(): boolean {
    const { maxEvents, maxBytes } = this.#limits;
    return this.size > maxEvents || (this.#bytes > maxBytes && this.size > 1);
  }

  #take(): Event | undefined {
    if (this.#dropped === 0) return this.#shift()?.event;
    const event = this.#overflowEvent(this.#dropped);
    this.#dropped = 0;
    return event;
  }

  #shift(): Entry<Event> | undefined {
    const entry = this.#entries[this.#first];
    if (entry === undefined) return undefined;
    this.#bytes -= entry.bytes;
    this.#first++;
    // Array.shift would move all others each time; this moves them once in a while.
    if (this.#first * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#first);
      this.#first = 0;
    }
    return entry;
  }

  async #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
  }
}
