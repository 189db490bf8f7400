import { EventBuffer } from "../session/event_buffer.ts";
import type { DirectMessage } from "./direct_effects.ts";

/** Messages that wait for their reader, and their bytes; past it no more are acknowledged. */
export const MAX_UNREAD_MESSAGES = 4_096;
export const MAX_UNREAD_BYTES = 64 * 1024 * 1024;

/**
 * Messages on their way to their reader. None is ever dropped: each was acknowledged, so whoever adds
 * one asks for room first.
 */
export class UnreadMessages {
  readonly #buffer = new EventBuffer<DirectMessage>(
    { maxEvents: Infinity, maxBytes: Infinity },
    () => {
      throw new TypeError("Cannot drop a message that was acknowledged");
    },
  );

  /** How many wait. */
  get size(): number {
    return this.#buffer.size;
  }

  /** Whether one more may be added. */
  get hasRoom(): boolean {
    return this.#buffer.size < MAX_UNREAD_MESSAGES && this.#buffer.bytes < MAX_UNREAD_BYTES;
  }

  /** Adds a message; once `end` was called, nothing happens. */
  add(message: DirectMessage): void {
    this.#buffer.push(message, message.payload.byteLength);
  }

  /** Lets the reader take what waits, and then end. */
  end(): void {
    this.#buffer.end();
  }

  /** Reads messages as they come; for one reader at a time. */
  async *read(): AsyncGenerator<DirectMessage, void, void> {
    yield* this.#buffer.read();
  }
}
