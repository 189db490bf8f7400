/** A message that was relayed. */
export interface RelayedMessage {
  /** Its RELAY_SEQUENCE. */
  readonly sequence: bigint;
  /** The TLVs as they went out; shared with the outboxes, so not to be changed. */
  readonly plaintext: Uint8Array;
  /** Session id of its sender, 16 hexadecimal digits. */
  readonly sessionId: string;
  /** Its CLIENT_SEQUENCE in that session; 0 when it had none. */
  readonly clientSequence: bigint;
  /** Its SENDER_ID. */
  readonly senderId: string;
}

/** Bounds of a `MessageHistory`; nothing is kept past either of them. */
export interface HistoryLimits {
  /** Messages. */
  readonly maxMessages: number;
  /** What went out of them, bytes of plaintext. */
  readonly maxBytes: number;
}

/** The last messages that were relayed, to be sent again (PROTOCOL 1.7). */
export class MessageHistory {
  readonly #limits: HistoryLimits;
  /** In the order of their sequences, without a gap; what is held begins at `#first`. */
  #messages: (RelayedMessage | undefined)[] = [];
  #first = 0;
  #oldest = 1n;
  #newest = 0n;
  #bytes = 0;

  /** @param limits Its bounds. */
  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** The sequence of the newest message ever added; 0 before the first. */
  get newest(): bigint {
    return this.#newest;
  }

  /** The sequence of the oldest message held; one above the newest when none is. */
  get oldest(): bigint {
    return this.#oldest;
  }

  /** What the messages held amount to, bytes of plaintext. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The message with a sequence, if it is held. */
  find(sequence: bigint): RelayedMessage | undefined {
    if (sequence < this.#oldest || sequence > this.#newest) return undefined;
    return this.#messages[this.#first + Number(sequence - this.#oldest)];
  }

  /**
   * Adds a message, and forgets the oldest ones past the bounds.
   *
   * @param message The one whose sequence follows `newest`.
   */
  add(message: RelayedMessage): void {
    const { maxMessages, maxBytes } = this.#limits;
    this.#newest = message.sequence;
    this.#messages.push(message);
    this.#bytes += message.plaintext.byteLength;
    while (this.#size > maxMessages || this.#bytes > maxBytes) this.#forgetOldest();
  }

  get #size(): number {
    return this.#messages.length - this.#first;
  }

  #forgetOldest(): void {
    this.#bytes -= this.#messages[this.#first]?.plaintext.byteLength ?? 0;
    this.#messages[this.#first] = undefined;
    this.#first++;
    this.#oldest++;
    // Once in a while, since it moves all that is held.
    if (this.#first * 2 <= this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#first);
    this.#first = 0;
  }
}
