import { EventBuffer, type EventBufferLimits } from "../session/event_buffer.ts";
import type { RelayClientEvent } from "./relay_client_event.ts";

/** Events that wait for their reader, unless the options say otherwise. */
const DEFAULT_BUFFERED_EVENTS = 4_096;

/** Bytes of messages that wait for their reader. */
const MAX_BUFFERED_BYTES = 64 * 1024 * 1024;

/** What an event holds beside its bytes, about. */
const EVENT_OVERHEAD_BYTES = 128;

/** Room beyond the bounds for what can't be paused: what is on its way, joins and leaves. */
const SLACK_EVENTS = 1_024;
const SLACK_BYTES = 64 * 1024 * 1024;

/** What an `EventOutlet` is made of. */
export interface EventOutletOptions {
  /** Events that wait for their reader at most; 4,096 when it is left out. */
  readonly maxEvents: number | undefined;
  /** Whether messages can be paused: then none is ever dropped. */
  readonly canPause: boolean;
  /** Stops messages: their reader is behind. */
  readonly pause: () => void;
  /** Lets messages come again: their reader has caught up by half. */
  readonly resume: () => void;
}

/**
 * Where the events of a client wait for their reader, who may be slow.
 *
 * When a bound is reached, messages that can be paused are; others push out the oldest event.
 */
export class EventOutlet {
  readonly #options: EventOutletOptions;
  readonly #limits: EventBufferLimits;
  readonly #buffer: EventBuffer<RelayClientEvent>;
  #isPaused = false;
  #droppedNews = 0;

  /** @param options Its parts. */
  constructor(options: EventOutletOptions) {
    this.#options = options;
    const maxEvents = options.maxEvents ?? DEFAULT_BUFFERED_EVENTS;
    this.#limits = { maxEvents, maxBytes: MAX_BUFFERED_BYTES };
    const limits = options.canPause
      ? { maxEvents: maxEvents + SLACK_EVENTS, maxBytes: MAX_BUFFERED_BYTES + SLACK_BYTES }
      : this.#limits;
    this.#buffer = new EventBuffer(limits, (dropped) => ({ type: "overflow", dropped }));
  }

  /** Adds an event. */
  push(event: RelayClientEvent): void {
    if (this.#options.canPause && this.#isSurplusNews(event)) {
      this.#droppedNews++;
      return;
    }
    this.#buffer.push(event, bytesOf(event));
    if (this.#options.canPause && !this.#isPaused && this.#fills(1)) {
      this.#isPaused = true;
      this.#options.pause();
    }
  }

  /** Adds an event before all that wait. */
  pushFirst(event: RelayClientEvent): void {
    this.#buffer.pushFirst(event, bytesOf(event));
  }

  /** Ends the events: their reader gets what waits, and then the end. */
  end(): void {
    this.#buffer.end();
  }

  /** Ends the events: their reader gets what waits, and then the error. */
  fail(error: unknown): void {
    this.#buffer.fail(error);
  }

  /**
   * Reads events as they come, and takes them out.
   *
   * @returns An iterator to be read by one reader at a time.
   * @throws {TypeError} When it is read while another one is.
   * @throws What `fail` was given, once everything before it has been read.
   */
  async *read(): AsyncGenerator<RelayClientEvent, void, void> {
    for await (const event of this.#buffer.read()) {
      if (this.#isPaused && !this.#fills(0.5)) this.#goOn();
      yield event;
    }
  }

  /** Whether what waits is more than a part of the bounds, or all of it. */
  #fills(part: number): boolean {
    const { maxEvents, maxBytes } = this.#limits;
    return this.#buffer.size >= Math.max(1, maxEvents * part) ||
      this.#buffer.bytes >= maxBytes * part;
  }

  #goOn(): void {
    this.#isPaused = false;
    const overflow = { type: "overflow", dropped: this.#droppedNews } as const;
    this.#droppedNews = 0;
    // Not by `push`, which might pause again what is resumed below.
    if (overflow.dropped > 0) this.#buffer.push(overflow, bytesOf(overflow));
    this.#options.resume();
  }

  /** News of who comes and goes are missed less than the messages that they would push out. */
  #isSurplusNews({ type }: RelayClientEvent): boolean {
    const isNews = type === "joined" || type === "left" || type === "notice";
    return isNews && this.#buffer.size >= this.#limits.maxEvents + SLACK_EVENTS / 2;
  }
}

function bytesOf(event: RelayClientEvent): number {
  const payloadBytes = event.type === "message" ? event.payload.byteLength : 0;
  return payloadBytes + EVENT_OVERHEAD_BYTES;
}
