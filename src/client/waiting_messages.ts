import { Deque } from "../session/deque.ts";
import type { OutgoingMessage } from "./outgoing_message.ts";
import { RelayClientError } from "./relay_client_error.ts";

/** Messages that wait to be sent; one more is refused. */
export const MAX_WAITING_MESSAGES = 256;

/** Plaintext that waits to be sent, bytes; a message that would pass it is refused. */
export const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** The messages that wait to be sent, in order. */
export class WaitingMessages {
  #messages = new Deque<OutgoingMessage>();
  #bytes = 0;

  /** The message whose turn is next. */
  get first(): OutgoingMessage | undefined {
    return this.#messages.first;
  }

  /** Whether none waits. */
  get isEmpty(): boolean {
    return this.#messages.size === 0;
  }

  /**
   * Adds a message.
   *
   * @param message The message; a single one may be longer than the bound on bytes.
   * @throws {RelayClientError} `SEND_QUEUE_FULL` if too much waits already.
   */
  add(message: OutgoingMessage): void {
    const { size } = this.#messages;
    const bytes = this.#bytes + message.plaintext.byteLength;
    if (size >= MAX_WAITING_MESSAGES || (bytes > MAX_WAITING_BYTES && size > 0)) {
      throw new RelayClientError(
        "SEND_QUEUE_FULL",
        `Cannot send message: ${size} messages with ${this.#bytes} bytes wait`,
      );
    }
    this.#messages.push(message);
    this.#bytes = bytes;
  }

  /** Takes the next message out. */
  shift(): OutgoingMessage | undefined {
    const message = this.#messages.shift();
    this.#bytes -= message?.plaintext.byteLength ?? 0;
    return message;
  }

  /** Puts messages back that were taken out, before all others; they may pass the bounds. */
  putBack(messages: readonly OutgoingMessage[]): void {
    const all = new Deque<OutgoingMessage>();
    for (const message of messages) {
      this.#bytes += message.plaintext.byteLength;
      all.push(message);
    }
    for (let next = this.#messages.shift(); next !== undefined; next = this.#messages.shift()) {
      all.push(next);
    }
    this.#messages = all;
  }
}
