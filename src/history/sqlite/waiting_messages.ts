import type { NewMessage } from "../history.ts";

/** Messages that wait at most. */
export const MAX_WAITING_MESSAGES = 16_384;

/** What they amount to at most, bytes of payload; only a single message may be longer. */
export const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Messages that are kept in one transaction at most, lest one of a full queue hold up all else. */
export const MAX_BATCH_MESSAGES = 512;

/** What they amount to at most, bytes of payload; only a single message may be longer. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** A message that waits. */
export interface WaitingMessage {
  /** By which the news speaks of it. */
  readonly ticket: number;
  readonly message: NewMessage;
}

/** Messages that wait to be kept, in order. */
export class WaitingMessages {
  #messages: WaitingMessage[] = [];
  #bytes = 0;
  #lastTicket = 0;

  /** How many wait. */
  get size(): number {
    return this.#messages.length;
  }

  /** Whether one more may. */
  get hasRoom(): boolean {
    return this.size < MAX_WAITING_MESSAGES && this.#bytes < MAX_WAITING_BYTES;
  }

  /**
   * Has a message wait behind the others.
   *
   * @param message The message; its payload is copied.
   * @returns Its ticket.
   */
  add(message: NewMessage): number {
    const ticket = ++this.#lastTicket;
    this.#messages.push({ ticket, message: { ...message, payload: message.payload.slice() } });
    this.#bytes += message.payload.byteLength;
    return ticket;
  }

  /** The first ones, as many as go into one transaction; they wait on. */
  batch(): readonly WaitingMessage[] {
    let [count, bytes] = [0, 0];
    for (const { message: { payload } } of this.#messages) {
      bytes += payload.byteLength;
      if (count > 0 && (count === MAX_BATCH_MESSAGES || bytes > MAX_BATCH_BYTES)) break;
      count++;
    }
    return this.#messages.slice(0, count);
  }

  /** Lets the first ones go. */
  drop(count: number): void {
    for (const { message } of this.#messages.slice(0, count)) {
      this.#bytes -= message.payload.byteLength;
    }
    this.#messages = this.#messages.slice(count);
  }
}
