/**
 * Knows which messages a history must still have, by the numbers that the fleet has heard. A client may
 * be told of a gap only where that is too short; one in what the history has is a message lost.
 */
export class HistoryReach {
  readonly #messages: bigint;
  #newest = 0n;

  /** @param messages How many the history keeps. */
  constructor(messages: number) {
    // The half of it that is safe: some time passes between what a relay says and our hearing it.
    this.#messages = BigInt(messages >> 1);
  }

  /** Somebody was given a message with this relay sequence. */
  hear(sequence: bigint): void {
    if (sequence > this.#newest) this.#newest = sequence;
  }

  /** Whether the message with this relay sequence is certainly kept. */
  holds(sequence: bigint): boolean {
    return sequence > this.#newest - this.#messages;
  }
}
